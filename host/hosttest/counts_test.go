package hosttest

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCounts(t *testing.T) {
	s := start(t, &Server{MaxBytes: 100, Faults: []Fault{{At: Verdict, To: "no@*", Reply: "554 5.0.0 No"}, {At: NOOP, Do: Close}}})
	require.Equal(t, Counts{Faults: []int{0, 0}}, s.Counts())
	c := greeted(t, s)
	require.Equal(t, Counts{Conns: 1, Open: 1, Faults: []int{0, 0}}, s.Counts())
	sendText(c, "a@x.example", "b@x.example")
	sendText(c, "a@x.example", "no@x.example")
	c.do("C: MAIL FROM:<a@x.example>\nC: RCPT TO:<drop-after-dot@x.example>\nC: DATA\nS: 250\nS: 250\nS: 354\nC: .\nS: END")
	c.Close()
	c = greeted(t, s)
	c.say("MAIL FROM:<a@x.example>", "RCPT TO:<b@x.example>", "DATA")
	c.hear("250", "250", "354")
	c.say(strings.Repeat("x", 200), ".")
	c.hear("552")
	c.do("C: NOOP\nS: END")
	c.Close()
	closed(t, s)
	require.Equal(t, Counts{Conns: 2, Mails: 2, Verdicts: map[int]int{250: 1, 554: 1, 552: 1, 0: 1}, Faults: []int{1, 1}}, s.Counts())
}

func TestCountsOutliveARestart(t *testing.T) {
	s := start(t, &Server{Faults: []Fault{{At: Verdict, Times: 1, Reply: "554 5.0.0 No"}}})
	sendText(greeted(t, s), "a@x.example", "b@x.example")
	require.NoError(t, s.Close())
	require.NoError(t, s.Start())
	require.Equal(t, Counts{Conns: 1, Verdicts: map[int]int{554: 1}, Faults: []int{1}}, s.Counts())
	require.False(t, sendText(greeted(t, s), "a@x.example", "b@x.example"), "it struck its one time")

	require.NoError(t, s.Close())
	s.Faults = []Fault{{At: Verdict, Times: 1, Reply: "451 4.0.0 No"}}
	require.NoError(t, s.Start())
	require.Equal(t, []int{0}, s.Counts().Faults, "of another table")
	require.True(t, sendText(greeted(t, s), "a@x.example", "b@x.example"))
}

func TestUntilEndsWithItsContext(t *testing.T) {
	s := start(t, &Server{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Until(ctx, func(c Counts) bool { return c.Mails == 1 })
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "Mails:0")
	_, err = s.Until(ctx, func(c Counts) bool { return c.Mails == 0 })
	require.NoError(t, err)
}

// Close returns when nothing of the server runs any more.
func TestCloseLeavesNoGoroutine(t *testing.T) {
	s := start(t, &Server{Faults: []Fault{{At: MAIL, From: "slow@*", Delay: time.Hour}}})
	for _, script := range []string{
		"C: NOOP\nS: 250",
		"C: MAIL FROM:<slow@x.example>",
		"C: MAIL FROM:<a@x.example>\nC: RCPT TO:<hang-at-data@x.example>\nC: DATA",
		"C: MAIL FROM:<a@x.example>\nC: RCPT TO:<hang-in-data@x.example>\nC: BDAT 4 LAST\nC: ab",
		"C: MAIL FROM:<a@x.example>\nC: RCPT TO:<hang@x.example>\nC: BDAT 4 LAST\nC: ab",
		"C: MAIL FROM:<a@x.example>\nC: RCPT TO:<b@x.example>\nC: BDAT 4\nC: ab\nS: 250\nS: 250\nS: 250",
	} {
		greeted(t, s).do(script)
	}
	until(t, s, func(c Counts) bool { return c.Held == 4 })
	require.NoError(t, s.Close())
	counts := s.Counts()
	require.Zero(t, counts.Open)
	require.Zero(t, counts.Held)
	require.Eventually(t, func() bool { return !strings.Contains(stacks(), "go-smtp.(*Conn)") }, 10*time.Second, time.Millisecond,
		"go-smtp reads chunks in goroutines that it does not wait for: they end by themselves")
	require.NotContains(t, stacks(), "hosttest.(*wire)")
}

func stacks() string {
	buf := make([]byte, 1<<20)
	return string(buf[:runtime.Stack(buf, true)])
}
