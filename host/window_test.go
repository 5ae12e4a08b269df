package host

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// inBubbles runs a test in a bubble, in each mode.
func inBubbles(t *testing.T, test func(t *testing.T, m mode)) {
	for _, m := range allModes {
		t.Run(m.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(t, m) })
		})
	}
}

// sendTo sends a batch to a relay, and sees to it that nothing is left.
func sendTo(t *testing.T, r *relay, batch []*Envelope) [][]Report {
	h := &SMTP{Addr: "localhost:25", LocalName: "client.example", MaxConns: 1, dialer: r.dial}
	open := countConns(h)
	began := time.Now()
	all := send(t, h, t.Context(), batch...)
	require.NoError(t, h.Close())
	require.Zero(t, open.Load())
	synctest.Wait() // until the relay has ended too
	require.True(t, r.waits || time.Since(began) == 0, "it waited for what cannot come")
	return all
}

// at makes the relay say something else once: to the n-th command of a kind.
func at(command string, n int, answer string) func(*relaySession, string) string {
	seen := 0
	return func(_ *relaySession, line string) string {
		if word, _, _ := strings.Cut(line, " "); word != command {
			return ""
		}
		if seen++; seen != n {
			return ""
		}
		return answer
	}
}

// commands are those of a mode's mails, the last for the verdict.
var commands = map[mode][]string{
	lockstep:  {"MAIL", "RCPT", "DATA", "."},
	pipelined: {"MAIL", "RCPT", "DATA", "."},
	chunked:   {"RSET", "MAIL", "RCPT", "BDAT"},
}

// A relay that hangs up on one mail takes along none but those that it has heard
// whole, of which nobody knows. The others are tried at once on a fresh connection,
// but for the one that it may have hung up on; and nothing is sent twice.
func TestRelayHangsUpOnOneMail(t *testing.T) {
	inBubbles(t, func(t *testing.T, m mode) {
		for _, command := range commands[m] {
			r := &relay{mode: m, instead: at(command, 10, "close")}
			batch := numberedMails(60)
			blamed := 0
			for i, reports := range sendTo(t, r, batch) {
				what := fmt.Sprintf("%s of mail %d at %s: %s", reports[0].Outcome, i, command, reports[0].Text)
				switch reports[0].Outcome {
				case Delivered:
					require.Equal(t, 1, r.took(batch[i]), what)
					require.Equal(t, 1, r.heardWhole(batch[i]), what)
				case Uncertain:
					require.Equal(t, 1, r.heardWhole(batch[i]), what)
					require.GreaterOrEqual(t, i, 9, what)
				case Transient:
					require.Zero(t, r.heardWhole(batch[i]), what)
					blamed++
				default:
					require.Fail(t, what)
				}
			}
			require.LessOrEqual(t, blamed, 1)
			require.Len(t, r.sessions, 2, command)
		}
	})
}

// Behind a 421 the relay has taken nothing: all is tried at once on a fresh
// connection, and nothing is uncertain.
func TestRelaySays421InAWindow(t *testing.T) {
	inBubbles(t, func(t *testing.T, m mode) {
		for _, command := range commands[m] {
			r := &relay{mode: m, instead: at(command, 10, "421 4.3.2 bye")}
			batch := numberedMails(60)
			for i, reports := range sendTo(t, r, batch) {
				what := fmt.Sprintf("%s of mail %d at %s: %s", reports[0].Outcome, i, command, reports[0].Text)
				if i == 9 && (command == "." || command == "BDAT") {
					require.Equal(t, Transient, reports[0].Outcome, what) // its verdict
					require.Zero(t, r.took(batch[i]), what)
					continue
				}
				require.Equal(t, Delivered, reports[0].Outcome, what)
				require.Equal(t, 1, r.took(batch[i]), what)
			}
			require.Len(t, r.sessions, 2, command)
		}
	})
}

// A mail whose recipients are all refused stays open at the relay: the next must
// not go out under its sender. Here each third is refused.
func TestRefusedMailLeavesItsSenderToNobody(t *testing.T) {
	inBubbles(t, func(t *testing.T, m mode) {
		r := &relay{mode: m}
		batch := numberedMails(60)
		for i := range batch {
			if i%3 == 1 {
				batch[i].To = []string{"550-a@y.example", "550-b@y.example"}
			}
		}
		for i, reports := range sendTo(t, r, batch) {
			if i%3 == 1 {
				require.Equal(t, "permanent permanent", outcomes(reports))
				continue
			}
			require.Equal(t, "delivered", outcomes(reports))
		}
		require.Len(t, r.taken, 40)
		for _, taken := range r.taken {
			require.Equal(t, strings.TrimPrefix(taken.From, "s"), strings.Replace(strings.TrimPrefix(taken.To[0], "r"), "y.", "x.", 1))
			require.Contains(t, string(taken.Data), "Subject: mail "+strings.TrimSuffix(taken.From[1:], "@x.example")+"\r\n")
		}
		require.Len(t, r.sessions, 1)
	})
}

// The window grows by one for each mail that is delivered, from 8 to 100.
func TestWindowGrows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		verdicts, most := 0, 0
		r := &relay{mode: chunked}
		r.instead = func(s *relaySession, line string) string {
			if strings.HasPrefix(line, "BDAT") {
				flying := strings.Count(s.heard.String(), "MAIL FROM") - verdicts
				require.LessOrEqual(t, flying, min(firstWindow+verdicts, maxWindow))
				most = max(most, flying)
				verdicts++
			}
			return ""
		}
		h := &SMTP{Addr: "localhost:25", MaxConns: 1, dialer: r.dial}
		send(t, h, t.Context(), numberedMails(5)...)
		require.Equal(t, firstWindow+5, h.pool.idle[0].window)
		send(t, h, t.Context(), numberedMails(300)...)
		require.Equal(t, maxWindow, h.pool.idle[0].window)
		require.Greater(t, most, maxWindow/2)
		require.NoError(t, h.Close())
		require.Len(t, r.taken, 305)
	})
}

// fm-090: while the caller holds up done, because it cannot record a verdict, no mail
// begins but those that are under way.
func TestNothingBeginsWhileDoneWaits(t *testing.T) {
	inBubbles(t, func(t *testing.T, m mode) {
		r := &relay{mode: m}
		h := &SMTP{Addr: "localhost:25", MaxConns: 1, dialer: r.dial}
		recorded, ended := make(chan struct{}), make(chan struct{})
		calls := 0
		go func() {
			defer close(ended)
			h.Send(t.Context(), numberedMails(50), func(int, []Report) {
				if calls++; calls == 1 {
					<-recorded
				}
			})
		}()
		synctest.Wait()
		underWay := map[mode]int{lockstep: 1, pipelined: 2, chunked: firstWindow}
		require.Equal(t, 1, calls)
		require.LessOrEqual(t, r.sessions[0].mails, underWay[m])
		close(recorded)
		<-ended
		require.Equal(t, 50, calls)
		require.Len(t, r.taken, 50)
		require.NoError(t, h.Close())
	})
}

// A relay that hangs up under many mails gets fewer at a time afterwards.
func TestCrowdedRelayGetsFewerAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &relay{mode: chunked, instead: at("MAIL", 31, "close")}
		h := &SMTP{Addr: "localhost:25", MaxConns: 1, dialer: r.dial}
		send(t, h, t.Context(), numberedMails(100)...)
		require.Positive(t, h.pool.lessons.fly(maxWindow))
		require.Less(t, h.pool.lessons.fly(maxWindow), maxWindow/2)
		require.NoError(t, h.Close())
	})
}
