package hosttest

import (
	"testing"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"
)

// What is kept of a mail.
func TestAMailSaysHowItCame(t *testing.T) {
	s := start(t, &Server{})
	c := dial(t, s)
	require.NoError(t, c.Mail("ann@x.example", &smtp.MailOptions{
		Body: smtp.Body8BitMIME, Size: 4, UTF8: true, Return: smtp.DSNReturnHeaders, EnvelopeID: "order 7",
	}))
	require.NoError(t, c.Rcpt("bob@x.example", &smtp.RcptOptions{Notify: []smtp.DSNNotify{smtp.DSNNotifyFailure, smtp.DSNNotifyDelayed}}))
	require.NoError(t, c.Rcpt("eve@x.example", nil))
	w, err := c.Data()
	require.NoError(t, err)
	_, err = w.Write([]byte("x\r\n"))
	require.NoError(t, err)
	require.NoError(t, w.Close())

	m := s.Mails()[0]
	require.Equal(t, Mail{
		From: "ann@x.example", To: []string{"bob@x.example", "eve@x.example"}, Data: []byte("x\r\n"), At: m.At, Conn: 1,
		Verdict: "250 2.0.0 OK: queued", UTF8: true, Body: "8BITMIME", Size: 4, EnvID: "order 7", Ret: "HDRS",
		Notify: map[string]string{"bob@x.example": "FAILURE,DELAY"},
	}, m)

	require.NoError(t, c.Quit())
	sendText(greeted(t, s), "a@x.example", "b@x.example")
	require.Equal(t, Mail{
		From: "a@x.example", To: []string{"b@x.example"}, Data: []byte("\r\n"), At: s.Mails()[1].At, Conn: 2, Verdict: accepted,
	}, s.Mails()[1])
}

func TestAMailInChunks(t *testing.T) {
	s := start(t, &Server{})
	c := greeted(t, s)
	c.do("C: MAIL FROM:<a@x.example>\nC: RCPT TO:<b@x.example>\nC: BDAT 4\nC: ab\nC: BDAT 3 LAST\nC: .\nC: MAIL FROM:<a@x.example>\nS: 250\nS: 250\nS: 250\nS: 250\nS: 250")
	m := s.Mails()[0]
	require.True(t, m.Chunked)
	require.Equal(t, "ab\r\n.\r\n", string(m.Data), "no dot is special")
}

// go-smtp takes a chunk that was cut off for a whole one.
func TestHalfAChunkIsNotReceived(t *testing.T) {
	for _, script := range []string{"C: BDAT 10 LAST\nC: half", "C: BDAT 4\nC: ab\nC: BDAT 10 LAST\nC: half", "C: BDAT 4\nC: ab\nC: BDAT 10\nC: half", "C: BDAT 4\nC: ab"} {
		t.Run(script, func(t *testing.T) {
			s := start(t, &Server{})
			c := greeted(t, s)
			c.do("C: MAIL FROM:<a@x.example>\nC: RCPT TO:<b@x.example>\nS: 250\nS: 250\n" + script)
			require.NoError(t, c.Close())
			closed(t, s)
			require.Empty(t, s.Mails())
		})
	}
}

func TestVerdictsOfFaults(t *testing.T) {
	for _, test := range []struct {
		fault Fault
		want  string // of the mail that is kept
	}{
		{Fault{Delay: 1}, accepted},
		{Fault{Reply: "250 2.6.0 Fine"}, "250 2.6.0 Fine"},
		{Fault{Reply: "250-2.6.0 Very\n250 2.6.0 Fine", Do: Close}, "250-2.6.0 Very\r\n250 2.6.0 Fine"},
		{Fault{Raw: "250 2.6", Do: Close}, "250 2.6"},
		{Fault{Raw: "garbage\r\n"}, ""},
		{Fault{Reply: "354 Again"}, ""},
	} {
		t.Run(test.fault.Reply+test.fault.Raw, func(t *testing.T) {
			test.fault.At = Verdict
			s := start(t, &Server{Faults: []Fault{test.fault}})
			c := greeted(t, s)
			c.say("MAIL FROM:<a@x.example>", "RCPT TO:<b@x.example>", "BDAT 4 LAST", "ab", "QUIT")
			counts := until(t, s, func(c Counts) bool { return len(c.Verdicts) == 1 })
			require.Equal(t, test.want, s.Mails()[0].Verdict)
			require.Equal(t, map[int]int{codeOf(test.want): 1}, counts.Verdicts)
		})
	}
}

func TestNothingIsLeftOfTheMailBefore(t *testing.T) {
	s := start(t, &Server{})
	c := greeted(t, s)
	c.do("C: MAIL FROM:<a@x.example> ENVID=7 SIZE=4\nC: RCPT TO:<554-after-dot@x.example> NOTIFY=NEVER\nC: RSET\nC: MAIL FROM:<a@x.example>\nC: RCPT TO:<b@x.example>\nC: BDAT 0 LAST\nS: 250\nS: 250\nS: 250\nS: 250\nS: 250\nS: 250")
	m := s.Mails()[0]
	require.Equal(t, []string{"b@x.example"}, m.To)
	require.Empty(t, m.EnvID)
	require.Zero(t, m.Size)
	require.Nil(t, m.Notify)
}

// RSET ends a mail in chunks while go-smtp still reads it. (A second mail in
// chunks on the same connection would meet a race of go-smtp's own.)
func TestAMailInChunksIsGivenUp(t *testing.T) {
	s := start(t, &Server{})
	for range 20 {
		greeted(t, s).do("C: MAIL FROM:<a@x.example>\nC: RCPT TO:<b@x.example>\nC: BDAT 4\nC: no\nC: RSET\nC: MAIL FROM:<a@x.example>\nC: RCPT TO:<b@x.example>\nC: DATA\nS: 250\nS: 250\nS: 250\nS: 250\nS: 250\nS: 250\nS: 354\nC: yes\nC: .\nS: 250")
	}
	require.Len(t, s.Mails(), 20)
	for _, m := range s.Mails() {
		require.Equal(t, "yes\r\n", string(m.Data))
	}
}
