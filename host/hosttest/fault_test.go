package hosttest

import (
	"bufio"
	"crypto/tls"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A step is a command of an ordinary mail, and the reply to it.
type step struct {
	at          Place
	says, hears string
}

// ordinary returns the steps of a mail. The content and the verdict are of the
// step named Content, whose reply comes after the last byte.
func ordinary(chunked bool) []step {
	steps := []step{
		{Greeting, "", "220"},
		{EHLO, "EHLO x", "250"},
		{AUTH, "AUTH PLAIN AGFubgBzZXNhbWU=", "235"},
		{NOOP, "NOOP", "250"},
		{RSET, "RSET", "250"},
		{MAIL, "MAIL FROM:<a@x.example>", "250"},
		{RCPT, "RCPT TO:<b@x.example>", "250"},
	}
	if chunked {
		steps = append(steps, step{Verdict, "BDAT 14 LAST\r\nSubject: x\r\n", "250"})
	} else {
		steps = append(steps, step{DATA, "DATA", "354"}, step{Verdict, "Subject: x\r\n\r\n.", "250"})
	}
	return append(steps, step{QUIT, "QUIT", "221"})
}

// index returns the step at which a fault of that place shows.
func index(steps []step, at Place, chunked bool) int {
	if at == Content || at == DATA && chunked {
		at = Verdict
	}
	for i, s := range steps {
		if s.at == at {
			return i
		}
	}
	return -1
}

// walk takes the steps before the one at which the fault shows, says that one's
// command, and returns the rest.
func walk(c *talk, steps []step, n int) []step {
	c.t.Helper()
	for _, s := range steps[:n] {
		if s.says != "" {
			c.say(s.says)
		}
		c.hear(s.hears)
	}
	if steps[n].says != "" {
		c.say(steps[n].says)
	}
	return steps[n:]
}

// Every place, with every thing a fault can do.
func TestEachFaultAtEachPlace(t *testing.T) {
	tests := []struct {
		name  string
		fault Fault
		hears func(t *testing.T, s *Server, c *talk, rest []step)
	}{
		{"refuses", Fault{Reply: "450 4.9.9 So the test wants it"}, func(t *testing.T, _ *Server, c *talk, rest []step) {
			require.Equal(t, "450 4.9.9 So the test wants it\r\n", c.hear("450"))
			if at := rest[0].at; at < MAIL || at > DATA {
				return
			}
			c.say("RSET")
			c.hear("250")
		}},
		{"closes with 421", Fault{Reply: "421 4.3.2 Busy"}, func(t *testing.T, _ *Server, c *talk, _ []step) {
			c.hear("421 4.3.2 Busy\r\n")
			c.hearEnd()
		}},
		{"closes", Fault{Do: Close}, func(t *testing.T, _ *Server, c *talk, _ []step) { c.hearEnd() }},
		{"closes after a reply", Fault{Reply: "250-one\n250 two", Do: Close}, func(t *testing.T, _ *Server, c *talk, _ []step) {
			require.Equal(t, "250-one\r\n250 two\r\n", c.hear("250"))
			c.hearEnd()
		}},
		{"resets", Fault{Do: Reset}, func(t *testing.T, _ *Server, c *talk, _ []step) { c.hearReset() }},
		{"garbage", Fault{Raw: "\x00\xff\r\n\r\n25", Do: Close}, func(t *testing.T, _ *Server, c *talk, _ []step) {
			for _, b := range []byte("\x00\xff\r\n\r\n25") {
				got, err := c.r.ReadByte()
				require.NoError(t, err)
				require.Equal(t, b, got)
			}
			c.hearEnd()
		}},
		{"waits", Fault{Delay: time.Millisecond}, func(t *testing.T, _ *Server, c *talk, rest []step) { goOn(c, rest) }},
		{"hangs until released", Fault{Do: Hang}, func(t *testing.T, s *Server, c *talk, rest []step) {
			until(t, s, func(c Counts) bool { return c.Held == 1 })
			s.Release()
			goOn(c, rest)
		}},
		{"hangs until closed", Fault{Do: Hang}, func(t *testing.T, s *Server, c *talk, _ []step) {
			until(t, s, func(c Counts) bool { return c.Held == 1 })
			require.NoError(t, s.Close())
			_, err := c.r.ReadByte()
			require.Error(t, err)
		}},
	}
	for at := Greeting; at < places; at++ {
		for _, test := range tests {
			for _, chunked := range []bool{false, true} {
				name := at.String() + " " + test.name
				if chunked {
					name += ", in chunks"
				}
				if at == STARTTLS || chunked && at < DATA {
					continue // has a test of its own; is the same
				}
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					fault, steps := test.fault, ordinary(chunked)
					fault.At = at
					s := start(t, &Server{Faults: []Fault{fault}, Users: map[string]string{"ann": "sesame"}})
					c := connect(t, s)
					if c == nil && at == Greeting && fault.Do == Reset {
						return // as early as that
					}
					rest := walk(c, steps, index(steps, at, chunked))
					test.hears(t, s, c, rest)
					require.Equal(t, []int{1}, s.Counts().Faults)
					c.Close()
					closed(t, s)
				})
			}
		}
	}
}

// goOn finds that all the rest is as if there were no fault.
func goOn(c *talk, rest []step) {
	c.t.Helper()
	c.hear(rest[0].hears)
	for _, s := range rest[1:] {
		c.say(s.says)
		c.hear(s.hears)
	}
	c.hearEnd()
}

func TestFaultsAtSTARTTLS(t *testing.T) {
	for _, test := range []struct {
		name   string
		fault  Fault
		script string
	}{
		{"refused", Fault{Reply: "454 4.7.0 TLS not available"}, "S: 454 4.7.0\nC: NOOP\nS: 250"},
		{"closed", Fault{Do: Close}, "S: END"},
		{"reset", Fault{Do: Reset}, "S: RESET"},
		{"closed after the reply", Fault{Reply: "220 2.0.0 Ready", Do: Close}, "S: 220\nS: END"},
		{"a reply too many", Fault{Reply: "220 2.0.0 Ready\n250 2.0.0 injected"}, "S: 220\nS: 250 2.0.0 injected"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.fault.At = STARTTLS
			s := start(t, &Server{StartTLS: true, Faults: []Fault{test.fault}})
			greeted(t, s).do("C: STARTTLS\n" + test.script)
		})
	}
}

// A client that pipelines gets every reply before a fault, in order, and where
// the connection stays all after it.
func TestFaultsInAPipeline(t *testing.T) {
	group := "C: MAIL FROM:<a@x.example>\nC: RCPT TO:<b@x.example>\nC: RCPT TO:<c@x.example>\nC: DATA\n"
	chunks := "C: MAIL FROM:<a@x.example>\nC: RCPT TO:<b@x.example>\nC: BDAT 4 LAST\nC: ab\n" +
		"C: MAIL FROM:<a2@x.example>\nC: RCPT TO:<c@x.example>\nC: BDAT 4 LAST\nC: ab\nC: NOOP\n"
	for _, test := range []struct {
		name   string
		fault  Fault
		script string
		mails  int
	}{
		{"one recipient refused", Fault{At: RCPT, To: "b@*", Reply: "550 5.1.1 No"}, group + "S: 250\nS: 550\nS: 250\nS: 354\nC: x\nC: .\nS: 250 2.0.0 OK", 1},
		{"DATA refused", Fault{At: DATA, Reply: "451 4.3.0 No"}, group + "S: 250\nS: 250\nS: 250\nS: 451 4.3.0 No\nC: NOOP\nS: 250 2.0.0 I have", 0},
		{"closed at the second", Fault{At: RCPT, To: "c@*", Do: Close}, group + "S: 250\nS: 250\nS: END", 0},
		{"421 at the second", Fault{At: RCPT, To: "c@*", Reply: "421 4.3.2 Bye"}, group + "S: 250\nS: 250\nS: 421\nS: END", 0},
		{"chunks, first verdict", Fault{At: Verdict, To: "b@*", Reply: "554 5.0.0 No"}, chunks + "S: 250\nS: 250\nS: 554\nS: 250\nS: 250\nS: 250 2.0.0 OK\nS: 250 2.0.0 I have", 1},
		{"chunks, first BDAT", Fault{At: DATA, Times: 1, Reply: "554 5.0.0 No"}, chunks + "S: 250\nS: 250\nS: 554\nS: 250\nS: 250\nS: 250 2.0.0 OK\nS: 250 2.0.0 I have", 1},
		{"chunks, early", Fault{At: Content, Times: 1, Reply: "552 5.3.4 No"}, chunks + "S: 250\nS: 250\nS: 552\nS: 250\nS: 250\nS: 250 2.0.0 OK\nS: 250 2.0.0 I have", 1},
		{"chunks, dropped after the first", Fault{At: Verdict, Times: 1, Do: Close}, chunks + "S: 250\nS: 250\nS: END", 1},
		{"chunks, dropped in the second", Fault{At: Content, Mail: 2, Do: Close}, chunks + "S: 250\nS: 250\nS: 250 2.0.0 OK\nS: 250\nS: 250\nS: END", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := start(t, &Server{Faults: []Fault{test.fault}})
			c := greeted(t, s)
			c.do(test.script)
			c.Close()
			closed(t, s)
			require.Len(t, s.Mails(), test.mails)
		})
	}
}

// What the server says in the content comes before the last byte was sent.
func TestFaultsInTheContent(t *testing.T) {
	begin := "C: MAIL FROM:<a@x.example>\nS: 250\nC: RCPT TO:<b@x.example>\nS: 250\n"
	data := begin + "C: DATA\nS: 354\nC: 0123456789\n"
	chunk := begin + "C: BDAT 30 LAST\nC: 0123456789\n"
	for _, test := range []struct {
		name   string
		fault  Fault
		script string
		counts map[int]int
	}{
		{"refused early", Fault{After: 5, Reply: "552 5.3.4 Too big"}, data + "S: 552\nC: more\nC: .\nC: NOOP\nS: 250 2.0.0 I have", map[int]int{552: 1}},
		{"accepted early", Fault{After: 5, Reply: "250 2.0.0 Fine"}, data + "S: 250 2.0.0 Fine\nC: more\nC: .\nC: NOOP\nS: 250 2.0.0 I have", map[int]int{250: 1}},
		{"dropped early", Fault{After: 5, Do: Close}, data + "S: END", nil},
		{"dropped early with words", Fault{Reply: "421 4.3.2 Bye"}, data + "S: 421\nS: END", map[int]int{421: 1}},
		{"only after so many bytes", Fault{After: 100, Reply: "552 5.3.4 Too big"}, data + "C: .\nS: 552\nC: NOOP\nS: 250 2.0.0 I have", map[int]int{552: 1}},
		{"a chunk refused early", Fault{After: 5, Reply: "552 5.3.4 Too big"}, chunk + "S: 552\nC: 0123456789abcdef\nC: NOOP\nS: 250 2.0.0 I have", map[int]int{552: 1}},
		{"a chunk accepted early", Fault{After: 5, Reply: "250 2.0.0 Fine"}, chunk + "S: 250 2.0.0 Fine\nC: 0123456789abcdef\nC: NOOP\nS: 250 2.0.0 I have", map[int]int{250: 1}},
		{"a chunk dropped early", Fault{After: 5, Do: Close}, chunk + "S: END", nil},
		{"a chunk reset early", Fault{After: 5, Do: Reset}, chunk + "S: RESET", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.fault.At = Content
			s := start(t, &Server{Faults: []Fault{test.fault}})
			c := greeted(t, s)
			c.do(test.script)
			c.Close()
			closed(t, s)
			require.Equal(t, test.counts, s.Counts().Verdicts)
		})
	}
}

// A server that hangs reads no more: a client that goes on sending is stuck.
func TestHangInTheContentFillsTheWindow(t *testing.T) {
	for _, command := range []string{"DATA", "BDAT 104857600 LAST"} {
		t.Run(command, func(t *testing.T) {
			s := start(t, &Server{MaxBytes: 200 << 20, Faults: []Fault{{At: Content, Do: Hang}}})
			c := greeted(t, s)
			c.say("MAIL FROM:<a@x.example>", "RCPT TO:<b@x.example>", command)
			c.hear("250", "250")
			c.say(strings.Repeat("x", 70))
			until(t, s, func(c Counts) bool { return c.Held == 1 })
			c.SetWriteDeadline(time.Now().Add(300 * time.Millisecond))
			n, err := c.Write(make([]byte, 100<<20))
			require.ErrorContains(t, err, "timeout")
			require.Less(t, n, 50<<20)
			require.NoError(t, s.Close())
		})
	}
}

// A connection that hangs is let go when its client leaves.
func TestHangEndsWithTheClient(t *testing.T) {
	for _, script := range []string{
		"C: MAIL FROM:<hang-at-mail@x.example>",
		"C: MAIL FROM:<a@x.example>\nC: RCPT TO:<hang-at-rcpt@x.example>\nC: DATA",
		"C: MAIL FROM:<a@x.example>\nC: RCPT TO:<hang@x.example>\nC: DATA\nS: 250\nS: 250\nS: 354\nC: .",
		"C: MAIL FROM:<a@x.example>\nC: RCPT TO:<hang@x.example>\nC: BDAT 4 LAST\nC: ab\nC: NOOP",
	} {
		t.Run(script, func(t *testing.T) {
			s := start(t, &Server{})
			c := greeted(t, s)
			c.do(script)
			until(t, s, func(c Counts) bool { return c.Held == 1 })
			require.NoError(t, c.Close())
			closed(t, s)
		})
	}
}

func TestPlacesHaveNames(t *testing.T) {
	require.Equal(t, "Greeting", Greeting.String())
	require.Equal(t, "QUIT", QUIT.String())
	require.Equal(t, "Place(13)", places.String())
	require.Len(t, placeNames, int(places))
}

func TestFaultsThroughTLS(t *testing.T) {
	s := start(t, &Server{TLS: true, Faults: []Fault{{At: NOOP, Reply: "450 4.0.0 No"}, {At: RSET, Do: Close}}})
	config := s.ClientTLS()
	c := connect(t, s)
	c = overTLS(c, config)
	c.do("S: 220\nC: EHLO x\nS: 250\nC: NOOP\nS: 450\nC: RSET\nS: END")
}

func overTLS(c *talk, config *tls.Config) *talk {
	over := tls.Client(c.Conn, config)
	return &talk{over, c.t, bufio.NewReader(over)}
}
