//go:build linux

package host

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A mail that is too big is not sent where Postfix tells its limit, and refused
// where it does not. Its neighbours are none the worse.
func TestPostfixTakesNoMailThatIsTooBig(t *testing.T) {
	t.Parallel()
	const limit = "message_size_limit = 5000"
	p := startPostfix(t, slices.Concat(inEachMode("told", limit), without("size", inEachMode("untold", limit)))...)
	for name, code := range map[string]int{"told": 0, "untold": 552} {
		for _, mode := range modes {
			t.Run(name+" "+mode.name, func(t *testing.T) {
				h := client(t, &SMTP{Addr: p.addrs[name+"-"+mode.name]})
				var mails, small []*Envelope
				for i, size := range []int{1, 6000, 1, 1, 100_000, 5100, 1} {
					mails = append(mails, numberedMail(i, strings.Repeat("x\r\n", size/3+1), "b@y.example", "c@y.example"))
				}
				for i, reports := range sendAll(t, h, 100, 1, mails) {
					if len(mails[i].Data) <= 5000 {
						require.Equal(t, "delivered delivered", outcomes(reports))
						small = append(small, mails[i])
						continue
					}
					require.Equal(t, "permanent permanent", outcomes(reports))
					require.Equal(t, code, reports[0].Code, reports[0].Text)
					require.Equal(t, "5.3.4", reports[0].Enhanced)
				}
				requireArrived(t, small, p.arrivals(t))
			})
		}
	}
}

// What needs an extension that Postfix does not offer is not sent.
func TestPostfixWithoutExtensions(t *testing.T) {
	t.Parallel()
	p := startPostfix(t, slices.Concat(without("8bitmime", inEachMode("7bit")), without("smtputf8", inEachMode("ascii")))...)
	eightBit, utf8 := numberedMail(1, "Grüße\r\n", "b@y.example"), numberedMail(1, "x\r\n", "грета@y.example")
	for _, test := range []struct {
		name, status string
		mail         *Envelope
	}{{"7bit", "5.6.3", eightBit}, {"ascii", "5.6.7", utf8}} {
		for _, mode := range modes {
			t.Run(test.name+" "+mode.name, func(t *testing.T) {
				h := client(t, &SMTP{Addr: p.addrs[test.name+"-"+mode.name]})
				mails := []*Envelope{numberedMail(0, "x\r\n", "b@y.example"), test.mail, numberedMail(2, "x\r\n", "b@y.example")}
				all := sendAll(t, h, 3, 1, mails)
				require.Equal(t, "delivered permanent delivered", outcomes(slices.Concat(all...)))
				require.Equal(t, test.status, all[1][0].Enhanced)
				requireArrived(t, []*Envelope{mails[0], mails[2]}, p.arrivals(t))
			})
		}
	}
}
