package hosttest

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// hello returns the lines of a reply to EHLO.
func hello(c *talk) (lines []string) {
	c.t.Helper()
	c.say("EHLO x")
	for line := range strings.SplitSeq(strings.TrimSpace(c.hear("250")), "\r\n") {
		lines = append(lines, line[4:])
	}
	return lines
}

func announces(c *talk, keyword string) bool {
	c.t.Helper()
	return slices.Contains(hello(c), keyword)
}

func TestTheWholeAnnouncement(t *testing.T) {
	c := connect(t, start(t, &Server{StartTLS: true, MaxBytes: 12345, MaxRcpt: 50, MaxPerConn: 7, With: []string{"x-test 1"}}))
	c.hear("220")
	require.Equal(t, []string{
		"Hello x", "PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", "CHUNKING", "SMTPUTF8", "DSN", "SIZE 12345",
		"STARTTLS", "LIMITS RCPTMAX=50 MAILMAX=7", "x-test 1",
	}, hello(c))
}

func TestKeywordsCanBeLeftOut(t *testing.T) {
	full := &Server{StartTLS: true}
	c := connect(t, start(t, full))
	c.hear("220")
	all := hello(c)
	for _, keyword := range keywords {
		t.Run(keyword, func(t *testing.T) {
			if keyword == "AUTH" {
				return // has a test of its own
			}
			c := connect(t, start(t, &Server{StartTLS: true, Without: []string{strings.ToLower(keyword)}}))
			c.hear("220")
			require.Equal(t, slices.DeleteFunc(slices.Clone(all), func(line string) bool {
				word, _, _ := strings.Cut(line, " ")
				return word == keyword
			}), hello(c))
			require.Len(t, hello(c), len(all)-1)
		})
	}
}

func TestNoKeywordIsLeft(t *testing.T) {
	c := connect(t, start(t, &Server{Without: keywords}))
	c.hear("220")
	require.Equal(t, []string{"Hello x"}, hello(c))
}

// What is left out is refused too.
func TestWhatIsLeftOutIsRefused(t *testing.T) {
	for keyword, script := range map[string]string{
		"CHUNKING": "C: MAIL FROM:<a@x.example>\nS: 250\nC: RCPT TO:<b@x.example>\nS: 250\nC: BDAT 4 LAST\nC: ab\nS: 502\nC: NOOP\nS: 250",
		"8BITMIME": "C: MAIL FROM:<a@x.example> BODY=8BITMIME\nS: 555",
		"SMTPUTF8": "C: MAIL FROM:<a@x.example> SMTPUTF8\nS: 504",
		"DSN":      "C: MAIL FROM:<a@x.example> ENVID=x\nS: 504",
	} {
		t.Run(keyword, func(t *testing.T) {
			greeted(t, start(t, &Server{Without: []string{keyword}})).do(script)
		})
	}
}

func TestMistakesInKeywords(t *testing.T) {
	require.ErrorContains(t, (&Server{Without: []string{"HELP"}}).Start(), `Without names "HELP"`)
	require.ErrorContains(t, (&Server{With: []string{"a\r\nb"}}).Start(), "With has")
	require.ErrorContains(t, (&Server{With: []string{""}}).Start(), "With has")
	require.ErrorContains(t, (&Server{MaxPerConnReply: "no more"}).Start(), "MaxPerConnReply")
}

func TestHELO(t *testing.T) {
	s := start(t, &Server{Faults: []Fault{{At: EHLO, Times: 1, Reply: "502 5.5.1 Unknown"}}})
	c := connect(t, s)
	c.do("S: 220\nC: EHLO x\nS: 502\nC: HELO x\nS: 250 2.0.0 Hello x")
	sendText(c, "a@x.example", "b@x.example")
	require.Len(t, s.Mails(), 1)
}

func TestLimits(t *testing.T) {
	for _, test := range []struct {
		name   string
		server *Server
		script string
	}{
		{"recipients", &Server{MaxRcpt: 1}, "C: MAIL FROM:<a@x.example>\nS: 250\nC: RCPT TO:<b@x.example>\nS: 250\nC: RCPT TO:<c@x.example>\nS: 452 4.5.3\nC: DATA\nS: 354\nC: .\nS: 250"},
		{"mails", &Server{MaxPerConn: 1}, "C: MAIL FROM:<a@x.example>\nS: 250\nC: RSET\nS: 250\nC: MAIL FROM:<a@x.example>\nS: 421 4.7.0 Too many\nS: END"},
		{"mails, as another relay says it", &Server{MaxPerConn: 1, MaxPerConnReply: "452 4.5.0 Enough"}, "C: MAIL FROM:<a@x.example>\nS: 250\nC: RSET\nS: 250\nC: MAIL FROM:<a@x.example>\nS: 452 4.5.0 Enough\nC: QUIT\nS: 221\nS: END"},
		{"bytes", &Server{MaxBytes: 10}, "C: MAIL FROM:<a@x.example> SIZE=11\nS: 552"},
	} {
		t.Run(test.name, func(t *testing.T) {
			greeted(t, start(t, test.server)).do(test.script)
		})
	}
}
