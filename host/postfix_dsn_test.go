//go:build linux

package host

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A mail that the next host refuses after Postfix has taken it comes back as a
// notification, as far as that was asked for, and names the envelope.
func TestPostfixNotifies(t *testing.T) {
	t.Parallel()
	p := startPostfix(t, modes...)
	for _, mode := range modes {
		for _, test := range []struct {
			name   string
			dsn    DSN
			told   bool
			quoted bool // the content
		}{
			{"by default", DSN{}, true, true},
			{"headers only", DSN{Notify: []string{"FAILURE"}, Return: "HDRS"}, true, false},
			{"never", DSN{Notify: []string{"NEVER"}}, false, false},
		} {
			t.Run(mode.name+" "+test.name, func(t *testing.T) {
				h := client(t, &SMTP{Addr: p.addrs[mode.name], DSN: test.dsn})
				mail := numberedMail(0, "the content\r\n", "550@y.example")
				mail.ID = "id+with=what needs xtext" // RFC 3461 section 4
				require.Equal(t, "delivered", outcomes(sendOne(t, h, mail)))
				came := p.handedOn(t)
				if !test.told {
					require.Empty(t, came)
					return
				}
				require.Len(t, came, 1)
				require.Empty(t, came[0].From)
				require.Equal(t, []string{mail.From}, came[0].To)
				notification := string(came[0].Data)
				require.Contains(t, notification, "\r\nOriginal-Envelope-Id: "+mail.ID+"\r\n")
				require.Contains(t, notification, "\r\nFinal-Recipient: rfc822; 550@y.example\r\n")
				require.Contains(t, notification, "\r\nMessage-ID: <0@x.example>\r\n")
				require.Equal(t, test.quoted, strings.Contains(notification, "the content"))
			})
		}
	}
}
