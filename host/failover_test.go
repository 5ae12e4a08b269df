package host

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

var down = Report{Outcome: Unreachable, Text: "refused", Relay: "first:25"}

func TestFailoverSendsToTheFirst(t *testing.T) {
	first, second := &fakeHost{}, &fakeHost{}
	f := &Failover{Hosts: []Host{first, second}}
	batch := letters("b@y.example", "c@y.example")
	require.Equal(t, []string{"delivered", "delivered"}, words(sendAny(t, f, t.Context(), batch...)))
	require.Equal(t, [][]*Envelope{batch}, first.batches)
	require.Empty(t, second.batches)
}

// What a host has said of a mail stands, but that it could not be reached, or
// that it did not come to it.
func TestFailoverByOutcome(t *testing.T) {
	for outcome := Unsent; outcome <= Uncertain; outcome++ {
		t.Run(outcome.String(), func(t *testing.T) {
			second := &fakeHost{}
			f := &Failover{Hosts: []Host{&fakeHost{say: says(Report{Outcome: outcome})}, second}}
			got := sendAny(t, f, t.Context(), envelope("b@y.example"))
			if outcome == Unsent || outcome == Unreachable {
				require.Equal(t, []string{"delivered"}, words(got))
				require.Len(t, second.batches, 1)
				return
			}
			require.Equal(t, []string{outcome.String()}, words(got))
			require.Empty(t, second.batches)
		})
	}
}

// A relay that dies in the middle of a batch.
func TestFailoverInTheMiddleOfABatch(t *testing.T) {
	for name, behind := range map[string]Report{"lost": down, "given up": *untried(down)} {
		t.Run(name, func(t *testing.T) {
			first := &fakeHost{say: func(k int, _ *Envelope) Report {
				switch {
				case k < 10:
					return Report{Outcome: Delivered, Code: 250}
				case k == 10:
					return down
				}
				return behind
			}}
			second := &fakeHost{}
			f := &Failover{Hosts: []Host{first, second}}
			to := recipients(25)
			for _, reports := range sendAny(t, f, t.Context(), letters(to...)...) {
				require.Equal(t, "delivered", outcomes(reports))
			}
			require.Equal(t, [][]string{to}, first.recipients())
			require.Equal(t, [][]string{to[10:]}, second.recipients())
		})
	}
}

// A server dies in the middle of a batch. What was on its way then has the outcome
// that it has; all else arrives, and nothing at both.
func TestFailoverBetweenServers(t *testing.T) {
	first, second := startServer(t, &hosttest.Server{}), startServer(t, &hosttest.Server{})
	f := &Failover{Hosts: []Host{client(t, &SMTP{Addr: first.Addr}), client(t, &SMTP{Addr: second.Addr})}}
	to := recipients(500)
	got := make([]Report, len(to))
	calls := 0
	f.Send(t.Context(), letters(to...), func(i int, reports []Report) {
		require.Zero(t, got[i])
		got[i] = reports[0]
		if calls++; calls == 10 {
			require.NoError(t, first.Close())
		}
	})
	require.Equal(t, len(to), calls)
	at := map[string][]string{}
	for _, srv := range []*hosttest.Server{first, second} {
		for _, mail := range srv.Mails() {
			at[mail.To[0]] = append(at[mail.To[0]], srv.Addr)
		}
	}
	for i, r := range got {
		if r.Outcome == Uncertain || r.Outcome == Transient {
			require.NotContains(t, at[to[i]], second.Addr)
			continue
		}
		require.Equal(t, Delivered, r.Outcome, r.Text)
		require.Equal(t, []string{r.Relay}, at[to[i]])
	}
	require.NotEmpty(t, second.Mails())
	require.NoError(t, f.Close())
}

// Of a mail, only the recipients that could not be reached go on.
func TestFailoverOfSomeRecipients(t *testing.T) {
	said := []Outcome{Delivered, Unreachable, Permanent, Unreachable, Uncertain, Transient}
	first := hostFunc(func(_ context.Context, batch []*Envelope, done func(int, []Report)) {
		reports := sameForAll(batch[0], Report{})
		for k := range reports {
			reports[k].Outcome = said[k]
		}
		done(0, reports)
	})
	second := &fakeHost{say: says(Report{Outcome: Transient, Text: "second"})}
	f := &Failover{Hosts: []Host{first, second}}
	e := envelope(recipients(6)...)
	e.ID, e.Route = "1", "r"
	reports := sendAny(t, f, t.Context(), e)[0]
	require.Equal(t, "delivered transient permanent transient uncertain transient", outcomes(reports))
	require.Equal(t, "second", reports[3].Text)
	passed := *second.batches[0][0]
	require.Equal(t, []string{"u1@y.example", "u3@y.example"}, passed.To)
	passed.To = e.To
	require.Equal(t, *e, passed)
}

func TestFailoverWhereNoneCanBeReached(t *testing.T) {
	alarmed := down
	alarmed.Alarm, alarmed.AtMail = true, true
	last := Report{Outcome: Unreachable, Text: "no route", Relay: "last:25"}
	f := &Failover{Hosts: []Host{&fakeHost{say: says(down)}, &fakeHost{say: says(alarmed)},
		&fakeHost{say: says(*untried(down))}, &fakeHost{say: says(last)}}}
	got := sendAny(t, f, t.Context(), envelope("b@y.example"))[0][0]
	last.To, last.Alarm, last.AtMail = "b@y.example", true, true
	require.Equal(t, last, got)
}

// A mail at which a relay gives up is passed on behind those that it held up.
func TestFailoverPutsTheMailThatARelayGaveUpAtLast(t *testing.T) {
	giveUp := Report{Outcome: Unreachable, AtMail: true, Code: 450}
	picky := func() *fakeHost {
		gone := false
		return &fakeHost{say: func(_ int, e *Envelope) Report {
			switch {
			case gone:
				return *untried(giveUp)
			case e.To[0] == "u1@y.example":
				gone = true
				return giveUp
			}
			return Report{Outcome: Delivered}
		}}
	}
	second := picky()
	f := &Failover{Hosts: []Host{picky(), second}}
	got := sendAny(t, f, t.Context(), letters(recipients(4)...)...)
	require.Equal(t, []string{"delivered", "unreachable", "delivered", "delivered"}, words(got))
	require.True(t, got[1][0].AtMail)
	require.Equal(t, [][]string{{"u2@y.example", "u3@y.example", "u1@y.example"}}, second.recipients())
}

func TestFailoverStopsWhenTheContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	first := &fakeHost{say: func(k int, _ *Envelope) Report {
		if k == 1 {
			cancel()
		}
		return down
	}}
	second := &fakeHost{}
	f := &Failover{Hosts: []Host{first, second}}
	got := sendAny(t, f, ctx, letters(recipients(3)...)...)
	require.Equal(t, []string{"unreachable", "unreachable", "unsent"}, words(got))
	require.Empty(t, second.batches)
}

func TestFailoverValidate(t *testing.T) {
	require.EqualError(t, (&Failover{}).Validate(), "host: Failover has no Hosts")
	require.NoError(t, (&Failover{Hosts: []Host{&fakeHost{}, hostFunc(nil), &SMTP{Addr: "localhost:25"}}}).Validate())
	f := &Failover{Hosts: []Host{&SMTP{MaxConns: -1}, nil, &Failover{Hosts: []Host{&fakeHost{mistake: errors.New("x")}}}}}
	err := f.Validate()
	for _, text := range []string{"Hosts[0]: host: Addr is empty", "Hosts[0]: host: MaxConns", "Hosts[1] is nil",
		"Hosts[2]: host: Hosts[0]: x"} {
		require.ErrorContains(t, err, text)
	}
	for _, f := range []*Failover{f, {}} {
		got := sendAny(t, f, t.Context(), envelope("b@y.example"))[0][0]
		require.Equal(t, Unreachable, got.Outcome)
		require.True(t, got.Alarm)
	}
}

func TestFailoverCloses(t *testing.T) {
	first, last := &fakeHost{}, &fakeHost{}
	require.EqualError(t, (&Failover{Hosts: []Host{first, hostFunc(nil), nil, last}}).Close(), "closed\nclosed")
	require.Equal(t, []int{1, 1}, []int{first.closed, last.closed})
}
