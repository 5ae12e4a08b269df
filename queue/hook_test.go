package queue

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
)

// A notebook takes down the calls of OnOutcome.
type notebook struct {
	mu    sync.Mutex
	calls []string // mail's ID: recipient outcome text, …
}

func (n *notebook) note(m *Mail, reports []host.Report) {
	n.mu.Lock()
	defer n.mu.Unlock()
	var words []string
	for _, r := range reports {
		local, _, _ := strings.Cut(r.To, "@")
		words = append(words, fmt.Sprintf("%s %v (%s)", local, r.Outcome, r.Text))
	}
	n.calls = append(n.calls, m.ID+": "+strings.Join(words, ", "))
}

// of returns the calls for one mail.
func (n *notebook) of(m *Mail) []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var calls []string
	for _, call := range n.calls {
		if rest, ok := strings.CutPrefix(call, m.ID+": "); ok {
			calls = append(calls, rest)
		}
	}
	return calls
}

func TestOnOutcomeIsCalledOnceForEachOutcome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var notes notebook
		r := &relay{}
		q := open(t, Memory(), r, Config{OnOutcome: notes.note})
		several := letter(Immediate, "delivered", "permanent", "transient")
		away, unsent, short := letter(Immediate, "unreachable"), letter(Immediate, "unsent"), letter(Immediate, "transient")
		away.Route = "away"
		short.Expires = time.Now().Add(90 * time.Second)
		once := letter(Immediate, "uncertain")
		once.Once = true
		commit(t, q, several, unsent, short, once, away)
		synctest.Wait()
		require.Equal(t, []string{
			"delivered delivered (relay said delivered), permanent permanent (relay said permanent), transient transient (relay said transient)",
		}, notes.of(several))
		require.Equal(t, []string{"unreachable unreachable (relay said unreachable)"}, notes.of(away))
		require.Equal(t, []string{"uncertain uncertain (relay said uncertain)"}, notes.of(once))
		require.Empty(t, notes.of(unsent))
		r.answers(func(*host.Envelope, string) host.Outcome { return host.Transient })
		pass(67 * time.Second)
		require.Equal(t, "transient transient (relay said transient)", notes.of(several)[1], "who is pending")
		require.Equal(t, []string{
			"transient transient (relay said transient)", "transient permanent (expired: relay said transient)",
		}, notes.of(short))
		require.Len(t, notes.of(once), 1)
	})
}

func TestOnOutcomeOfMailThatIsSetAside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var notes notebook
		store := &rotten{Store: Memory()}
		q := open(t, store, nil, Config{})
		m, late := letter(Normal, "rotten"), letter(Normal, "late")
		late.Expires = time.Now().Add(time.Minute)
		commit(t, q, m, late)
		store.id = m.ID
		pass(time.Hour)
		open(t, store, &relay{}, Config{OnOutcome: notes.note})
		pass(time.Hour)
		require.Equal(t, []string{"late permanent (expired: it was never tried)"}, notes.of(late))
		require.Len(t, notes.calls, 2)
		require.Contains(t, notes.calls, ":  permanent (row: bad recipients)")
	})
}

func TestOnOutcomeComesAfterTheRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var q *Queue
		states := make(chan State, 10)
		store := &faulty{Store: Memory()}
		q = open(t, store, &relay{}, Config{OnOutcome: func(m *Mail, _ []host.Report) {
			if m.Lane == Normal {
				return // the second
			}
			states <- record(t, q, m).State
			_ = q.Commit(context.Background(), letter(Normal, "b")) // it may use the queue
		}})
		store.fail(&store.finish, errors.New("disk full"))
		m := letter(Immediate, "a")
		commit(t, q, m)
		pass(10 * time.Second)
		require.Empty(t, states)
		store.fail(&store.finish, nil)
		pass(time.Minute)
		require.Equal(t, Sent, <-states)
		requireState(t, q, m, Sent)
	})
}

func TestOnOutcomeThatPanicsIsContained(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log journal
		var notes notebook
		q := open(t, Memory(), &relay{}, Config{Logger: log.logger(), OnOutcome: func(m *Mail, reports []host.Report) {
			switch m.To[0] {
			case "bomb@customer.example":
				panic("b00m")
			case "goexit@customer.example":
				runtime.Goexit() // as a test's FailNow does
			}
			notes.note(m, reports)
		}})
		bomb, last := letter(Immediate, "bomb"), letter(Immediate, "last")
		commit(t, q, bomb, letter(Immediate, "goexit"), last)
		synctest.Wait()
		requireState(t, q, bomb, Sent)
		require.Len(t, notes.of(last), 1)
		require.Equal(t, 1, log.count("level=ERROR", "OnOutcome panicked", bomb.ID, "b00m", "hook_test.go"))
	})
}

// The leases of the rest of its batch are kept meanwhile, and others go on.
func TestOnOutcomeThatIsSlowDelaysOnlyItsSender(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		goOn := make(chan struct{})
		store := Memory()
		q := open(t, store, &relay{}, Config{OnOutcome: func(m *Mail, _ []host.Report) {
			if strings.HasPrefix(m.To[0], "slow") {
				<-goOn
			}
		}})
		mails := []*Mail{letter(Immediate, "slow"), letter(Immediate, "b"), letter(Immediate, "c")}
		commit(t, q, mails...)
		synctest.Wait()
		more := letter(Immediate, "more")
		commit(t, q, more)
		synctest.Wait()
		for _, m := range append(mails, more) {
			requireState(t, q, m, Sent)
		}
		closed := make(chan error, 1)
		go func() { closed <- q.Close(context.Background()) }()
		synctest.Wait()
		require.Empty(t, closed, "Close waits for it")
		close(goOn)
		require.NoError(t, <-closed)
	})
}

func TestOnOutcomeIsNotCalledForALeaseThatWasLost(t *testing.T) {
	for _, tooLate := range []bool{false, true} { // that leases can be extended again
		synctest.Test(t, func(t *testing.T) {
			var mine, theirs notebook
			var log journal
			g := gateTo(t, "slow")
			store := &faulty{Store: Memory(), extend: errors.New("disk full")}
			q := open(t, store, &relay{during: g.during}, Config{Senders: 1, OnOutcome: mine.note, Logger: log.logger()})
			m := letter(Immediate, "slow")
			commit(t, q, m)
			synctest.Wait()
			open(t, store.Store, &relay{}, Config{OnOutcome: theirs.note})
			pass(90 * time.Second)
			if tooLate {
				store.fail(&store.extend, nil)
			}
			pass(time.Minute)
			g.open()
			synctest.Wait()
			require.Empty(t, mine.of(m))
			require.Len(t, theirs.of(m), 1)
			require.Equal(t, 1, log.count("leases were lost"))
		})
	}
}

func TestOnOutcomeWhereTheAnswerToTheRecordWasLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var notes notebook
		var log journal
		q := open(t, &deaf{Store: Memory(), finishes: 2}, &relay{}, Config{OnOutcome: notes.note, Logger: log.logger()})
		m := letter(Immediate, "a")
		commit(t, q, m)
		pass(time.Minute)
		require.Len(t, notes.of(m), 1)
		require.Zero(t, log.count("leases were lost"))
	})
}

func TestReportsOfARecordKeepTheirOrder(t *testing.T) {
	f := Finish{Recipients: []Recipient{
		{To: "a@x.example", State: RecipientFailed, Last: host.Report{Outcome: host.Uncertain}},
		{To: "b@x.example", Last: host.Report{Outcome: host.Transient}},
	}}
	var got []host.Outcome
	for _, r := range f.reports(&Claimed{}) {
		got = append(got, r.Outcome)
	}
	require.Equal(t, []host.Outcome{host.Permanent, host.Transient}, got)
}
