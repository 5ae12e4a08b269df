package queue

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
)

func TestSettled(t *testing.T) {
	const pending, delivered, failed, uncertain = RecipientPending, RecipientDelivered, RecipientFailed, RecipientUncertain
	for _, test := range []struct {
		states []RecipientState
		want   State
	}{
		{nil, Sent},
		{[]RecipientState{delivered, delivered}, Sent},
		{[]RecipientState{delivered, failed}, Failed},
		{[]RecipientState{failed, delivered}, Failed},
		{[]RecipientState{failed, uncertain}, Uncertain},
		{[]RecipientState{uncertain, failed}, Uncertain},
		{[]RecipientState{uncertain, failed, delivered, pending}, Outgoing},
	} {
		var recipients []Recipient
		for _, state := range test.states {
			recipients = append(recipients, Recipient{State: state})
		}
		require.Equal(t, test.want, Settled(recipients), "%v", test.states)
	}
}

// reported returns a recipient and the words about it.
func reported(state RecipientState, text string) Recipient {
	return Recipient{State: state, Last: host.Report{Code: 200 + len(text), Text: text}}
}

func TestWordsAndTried(t *testing.T) {
	now := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	for name, test := range map[string]struct {
		recipients []Recipient
		words      string
		delivered  int
	}{
		"one": {[]Recipient{reported(RecipientDelivered, "taken")}, "taken", 1},
		"the last that was not delivered": {[]Recipient{
			reported(RecipientFailed, "unknown"), reported(RecipientPending, "full"), reported(RecipientDelivered, "taken"),
		}, "full", 1},
		"the last": {[]Recipient{reported(RecipientDelivered, "taken"), reported(RecipientDelivered, "taken too")}, "taken too", 2},
		"the one with words": {[]Recipient{
			reported(RecipientPending, ""), reported(RecipientUncertain, "silence"), reported(RecipientPending, ""),
		}, "silence", 0},
		"words of a delivery, there being no others": {[]Recipient{
			reported(RecipientPending, ""), reported(RecipientDelivered, "taken"), reported(RecipientPending, ""),
		}, "taken", 1},
		"no words": {[]Recipient{reported(RecipientPending, ""), reported(RecipientPending, "")}, "", 0},
	} {
		f := Finish{Recipients: test.recipients}
		require.Equal(t, test.words, f.Words(), name)
		_, ok := f.Tried(now)
		require.False(t, ok, "%s: it does not count", name)

		f.Attempt, f.Failed = true, "set aside"
		require.Equal(t, "set aside", f.Words(), name)
		attempt, ok := f.Tried(now)
		require.True(t, ok, name)
		require.Equal(t, Attempt{
			At: now, Recipients: len(test.recipients), Delivered: test.delivered,
			Report: host.Report{Code: 200 + len(test.words), Text: test.words},
		}, attempt, name)
	}
}

func TestTriedOfNobody(t *testing.T) {
	_, ok := (&Finish{Attempt: true}).Tried(time.Now())
	require.False(t, ok)
	require.Empty(t, (&Finish{}).Words())
	require.Equal(t, "unreadable", (&Finish{Failed: "unreadable"}).Words())
}

func TestLapsedAttempt(t *testing.T) {
	now := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	a := LapsedAttempt(3, now)
	require.Equal(t, now, a.At)
	require.Equal(t, 3, a.Recipients)
	require.Zero(t, a.Delivered)
	require.Equal(t, host.Uncertain, a.Report.Outcome)
	require.Contains(t, a.Report.Text, "ended before it recorded")
	require.Zero(t, a.Report.Code, "no relay said so")
}

func TestUnkeptDrops(t *testing.T) {
	for state := Outgoing; state <= Sent; state++ {
		require.Equal(t, state == Sent, Unkept{Sent: true}.Drops(state), "%v", state)
		require.Equal(t, state == Failed, Unkept{Failed: true}.Drops(state), "%v", state)
		require.Equal(t, state == Sent, Unkept{Data: true}.DropsData(state), "%v", state)
		require.False(t, Unkept{Data: true}.Drops(state), "%v", state)
		require.False(t, Unkept{Sent: true, Failed: true}.DropsData(state), "%v", state)
	}
}

func TestMinuteCountsAFinish(t *testing.T) {
	for state, want := range map[State][2]Minute{ // without and with an attempt
		Sent:      {{Out: 1}, {Out: 1}},
		Failed:    {{Failed: 1}, {Failed: 1}},
		Uncertain: {{Failed: 1}, {Failed: 1}},
		Outgoing:  {{}, {Deferred: 1}},
	} {
		var got [2]Minute
		got[0].Count(state, false)
		got[1].Count(state, true)
		require.Equal(t, want, got, "%v", state)
	}
}
