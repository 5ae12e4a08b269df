package hosttest

import (
	"strings"
	"testing"
)

// A close while input is unread would be a reset, and the client would lose what
// was said.
func TestAnOrderlyEndWithInputUnread(t *testing.T) {
	for _, to := range []string{"421", "drop-at-rcpt"} {
		t.Run(to, func(t *testing.T) {
			c := greeted(t, start(t, &Server{}))
			c.say("MAIL FROM:<a@x.example>", "RCPT TO:<"+to+"@x.example>", strings.Repeat("NOOP\r\n", 10_000))
			c.hear("250")
			if to == "421" {
				c.hear("421")
			}
			c.hearEnd()
		})
	}
}
