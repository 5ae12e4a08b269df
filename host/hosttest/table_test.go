package hosttest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a fault matches.
func TestFaultsStrikeWhereTheyMatch(t *testing.T) {
	const all = "1a>x 1b>y 2a>x 2b>y" // each of two connections carries two mails, from a to x and from b to y
	for _, test := range []struct {
		name  string
		fault Fault
		want  string // what struck
	}{
		{"everything", Fault{At: RCPT}, all},
		{"a recipient", Fault{At: RCPT, To: "X@example.com"}, "1a>x 2a>x"},
		{"a recipient later", Fault{At: Verdict, To: "y@*"}, "1b>y 2b>y"},
		{"a part of one is none", Fault{At: RCPT, To: "x"}, ""},
		{"a pattern is no regular expression", Fault{At: RCPT, To: ".@example.com"}, ""},
		{"a sender at MAIL", Fault{At: MAIL, From: "b@*"}, "1b>y 2b>y"},
		{"a sender at DATA", Fault{At: DATA, From: "*a@example.com"}, "1a>x 2a>x"},
		{"a connection", Fault{At: Verdict, Conn: 2}, "2a>x 2b>y"},
		{"a mail of each connection", Fault{At: MAIL, Mail: 2}, "1b>y 2b>y"},
		{"both", Fault{At: DATA, Mail: 1, Conn: 2}, "2a>x"},
		{"a number of times", Fault{At: Verdict, Times: 3}, "1a>x 1b>y 2a>x"},
		{"a number of times, of what matches", Fault{At: RCPT, To: "y@*", Times: 1}, "1b>y"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.fault.Reply = "450 4.0.0 Struck"
			s := start(t, &Server{Faults: []Fault{test.fault}})
			var struck []string
			for _, conn := range []string{"1", "2"} {
				c := greeted(t, s)
				for _, mail := range []string{"a>x", "b>y"} {
					if sendText(c, mail[:1]+"@example.com", mail[2:]+"@example.com") {
						struck = append(struck, conn+mail)
					}
				}
				c.do("C: QUIT\nS: 221\nS: END")
			}
			require.Equal(t, test.want, strings.Join(struck, " "))
			require.Equal(t, len(struck), s.Counts().Faults[0])
			require.Len(t, s.Mails(), 4-len(struck))
		})
	}
}

// sendText sends a mail and returns whether it was refused somewhere.
func sendText(c *talk, from, to string) (refused bool) {
	c.t.Helper()
	for _, command := range []string{"MAIL FROM:<" + from + ">", "RCPT TO:<" + to + ">", "DATA", "\r\n."} {
		c.say(command)
		if reply := c.reply(); reply[0] == '4' || reply[0] == '5' {
			c.say("RSET")
			c.hear("250")
			return true
		}
	}
	return false
}

func TestMistakesInFaults(t *testing.T) {
	for _, test := range []struct {
		fault Fault
		want  string
	}{
		{Fault{Reply: "550 No"}, "At is missing"},
		{Fault{At: places, Reply: "550 No"}, "At is missing"},
		{Fault{At: MAIL}, "does nothing"},
		{Fault{At: MAIL, Times: 1}, "does nothing"},
		{Fault{At: MAIL, Do: 9}, "Do is 9"},
		{Fault{At: MAIL, Reply: "550 No", Raw: "x"}, "both Reply and Raw"},
		{Fault{At: MAIL, Reply: "no"}, `Reply is "no"`},
		{Fault{At: MAIL, Reply: "550 No\r\n"}, "Reply is"},
		{Fault{At: MAIL, Reply: "55"}, "Reply is"},
		{Fault{At: EHLO, From: "a@*", Do: Close}, "From is not known at EHLO"},
		{Fault{At: QUIT, From: "a@*", Do: Close}, "From is not known at QUIT"},
		{Fault{At: MAIL, To: "a@*", Do: Close}, "To is not known at MAIL"},
		{Fault{At: EHLO, Mail: 1, Do: Close}, "Mail cannot be counted at EHLO"},
		{Fault{At: RCPT, Times: -1, Do: Close}, "below 0"},
		{Fault{At: RCPT, After: 5, Do: Close}, "After has no meaning at RCPT"},
	} {
		t.Run(test.want, func(t *testing.T) {
			s := &Server{Faults: []Fault{{At: Verdict, Do: Close}, test.fault}}
			err := s.Start()
			require.ErrorContains(t, err, "hosttest: Faults[1]: ")
			require.ErrorContains(t, err, test.want)
			require.NoError(t, s.Close())
		})
	}
	for _, reply := range []string{"550", "550 ", "250-a\n250 b", "250-a\n250-b\n250", "354 Go"} {
		require.Empty(t, (&Fault{At: MAIL, Reply: reply}).mistake(), reply)
	}
}
