package host

import (
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// modes are the ways to move mails, and how Postfix is made to offer no better.
var modes = []service{
	{"lockstep", []string{"smtpd_discard_ehlo_keywords = pipelining, chunking"}},
	{"pipelined", []string{"smtpd_discard_ehlo_keywords = chunking"}},
	{"chunked", nil},
}

// inEachMode is a service for each mode.
func inEachMode(name string, settings ...string) []service {
	var services []service
	for _, mode := range modes {
		services = append(services, service{name + "-" + mode.name, slices.Concat(mode.settings, settings)})
	}
	return services
}

func TestPostfixOffersWhatTheModesNeed(t *testing.T) {
	t.Parallel()
	p := startPostfix(t, modes...)
	for mode, wanted := range map[string]string{"lockstep": "", "pipelined": "PIPELINING", "chunked": "PIPELINING CHUNKING"} {
		c, err := textproto.Dial("tcp", p.addrs[mode])
		require.NoError(t, err)
		defer c.Close()
		_, _, err = c.ReadResponse(220)
		require.NoError(t, err)
		require.NoError(t, c.PrintfLine("EHLO client.example"))
		_, text, err := c.ReadResponse(250)
		require.NoError(t, err)
		offered := slices.DeleteFunc(strings.Split(text, "\n"), func(s string) bool { return s != "PIPELINING" && s != "CHUNKING" })
		require.Equal(t, wanted, strings.Join(offered, " "), mode)
	}
}

func TestPostfixTakesEachMailOnceAsItIs(t *testing.T) {
	t.Parallel()
	p := startPostfix(t, modes...)
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			h := client(t, &SMTP{Addr: p.addrs[mode.name]})
			mails := numbered(400)
			began := time.Now()
			reports := sendAll(t, h, 100, 4, mails)
			t.Logf("%d mails in %v", len(mails), time.Since(began).Round(time.Millisecond))
			requireDelivered(t, mails, reports, p.arrivals(t))
		})
	}
}
