//go:build linux

package host

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A connection that Postfix has given up because nothing came over it costs no
// mail anything.
func TestPostfixHangsUpOnTheIdle(t *testing.T) {
	t.Parallel()
	p := startPostfix(t, inEachMode("hasty", "smtpd_timeout = 2s")...)
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			t.Parallel()
			h := client(t, &SMTP{Addr: p.addrs["hasty-"+mode.name], NoopAfter: time.Minute})
			for range 2 {
				for _, reports := range sendAll(t, h, 3, 1, numbered(3)) {
					require.Equal(t, Delivered, reports[0].Outcome, reports[0].Text)
				}
				p.requireLogged(t, "hasty-"+mode.name+"/smtpd", ": timeout after ")
			}
		})
	}
}
