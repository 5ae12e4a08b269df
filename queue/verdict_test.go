package queue

import (
	"context"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
)

type sendFunc func(ctx context.Context, batch []*host.Envelope, done func(int, []host.Report))

func (f sendFunc) Send(ctx context.Context, batch []*host.Envelope, done func(int, []host.Report)) {
	f(ctx, batch, done)
}

// verdictsOn hands two envelopes over, the first with two recipients.
func verdictsOn(t *testing.T, log *journal, h sendFunc) [2][]host.Report {
	batch := []*host.Envelope{{To: []string{"a@x", "b@x"}}, {To: []string{"c@x"}}}
	var got [2][]host.Report
	for v := range handOver(t.Context(), h, batch, log.logger()).verdicts {
		require.Nil(t, got[v.i], "one verdict each")
		got[v.i] = v.reports
	}
	return got
}

func TestVerdictsOfAHostThatBreaksItsContract(t *testing.T) {
	ok := host.Report{Outcome: host.Delivered, Text: "ok"}
	first, second := []host.Report{ok, ok}, []host.Report{ok}
	const delivered, uncertain = host.Delivered, host.Uncertain
	for _, tt := range []struct {
		name string
		h    sendFunc
		want [3]host.Outcome // a, b, c
		text string          // of c
		log  string
	}{
		{
			name: "keeps it",
			h: func(_ context.Context, _ []*host.Envelope, done func(int, []host.Report)) {
				done(1, second)
				done(0, first)
			},
			want: [3]host.Outcome{delivered, delivered, delivered}, text: "ok",
		},
		{
			name: "returns at once",
			h:    func(context.Context, []*host.Envelope, func(int, []host.Report)) {},
			want: [3]host.Outcome{uncertain, uncertain, uncertain}, text: "the host ended without an outcome",
		},
		{
			name: "forgets one",
			h:    func(_ context.Context, _ []*host.Envelope, done func(int, []host.Report)) { done(0, first) },
			want: [3]host.Outcome{delivered, delivered, uncertain}, text: "the host ended without an outcome",
		},
		{
			name: "panics",
			h: func(_ context.Context, _ []*host.Envelope, done func(int, []host.Report)) {
				done(0, first)
				panic("oops")
			},
			want: [3]host.Outcome{delivered, delivered, uncertain}, text: "the host ended without an outcome",
			log: "panic=oops",
		},
		{
			name: "exits its goroutine",
			h: func(_ context.Context, _ []*host.Envelope, done func(int, []host.Report)) {
				done(0, first)
				runtime.Goexit()
			},
			want: [3]host.Outcome{delivered, delivered, uncertain}, text: "the host ended without an outcome",
		},
		{
			name: "too few and too many reports",
			h: func(_ context.Context, _ []*host.Envelope, done func(int, []host.Report)) {
				done(0, second)
				done(1, first)
			},
			want: [3]host.Outcome{uncertain, uncertain, uncertain}, text: "the host reported 2 outcomes for 1 recipients",
		},
		{
			name: "an unknown outcome",
			h: func(_ context.Context, _ []*host.Envelope, done func(int, []host.Report)) {
				done(0, first)
				done(1, []host.Report{{Outcome: 77}})
			},
			want: [3]host.Outcome{delivered, delivered, uncertain}, text: "the host reported the unknown outcome(77)",
		},
		{
			name: "reports twice, the second time another outcome",
			h: func(_ context.Context, _ []*host.Envelope, done func(int, []host.Report)) {
				done(0, first)
				done(1, second)
				done(1, []host.Report{{Outcome: host.Permanent}})
			},
			want: [3]host.Outcome{delivered, delivered, delivered}, text: "ok", log: "index=1",
		},
		{
			name: "reports envelopes that are not there",
			h: func(_ context.Context, _ []*host.Envelope, done func(int, []host.Report)) {
				done(-1, first)
				done(2, first)
				done(0, first)
				done(1, second)
			},
			want: [3]host.Outcome{delivered, delivered, delivered}, text: "ok", log: "index=2",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var log journal
			got := verdictsOn(t, &log, tt.h)
			require.Len(t, got[0], 2)
			require.Len(t, got[1], 1)
			require.Equal(t, tt.want, [3]host.Outcome{got[0][0].Outcome, got[0][1].Outcome, got[1][0].Outcome})
			require.Equal(t, tt.text, got[1][0].Text)
			require.Equal(t, "c@x", got[1][0].To)
			require.Contains(t, log.String(), tt.log)
		})
	}
}

func TestVerdictReportsAreACopyOfBoundedSize(t *testing.T) {
	reports := []host.Report{{
		Outcome: host.Transient, Text: strings.Repeat("é", maxWords), Relay: strings.Repeat("é", maxWords), Enhanced: strings.Repeat("5", maxWords),
	}, {}}
	got := verdictsOn(t, &journal{}, func(_ context.Context, _ []*host.Envelope, done func(int, []host.Report)) {
		done(0, reports)
		reports[0].Outcome = host.Permanent
	})
	require.Equal(t, host.Transient, got[0][0].Outcome)
	require.Equal(t, strings.Repeat("é", maxWords/2), got[0][0].Text)
	require.Equal(t, strings.Repeat("é", maxRelay/2), got[0][0].Relay)
	require.Equal(t, strings.Repeat("5", maxEnhanced), got[0][0].Enhanced)
	require.Len(t, reports[0].Text, 2*maxWords, "the host's own are not changed")
}

func TestVerdictAfterTheSendIsIgnored(t *testing.T) {
	var late func(int, []host.Report)
	var log journal
	got := verdictsOn(t, &log, func(_ context.Context, _ []*host.Envelope, done func(int, []host.Report)) { late = done })
	require.Equal(t, host.Uncertain, got[1][0].Outcome)
	require.NotPanics(t, func() { late(1, []host.Report{{Outcome: host.Delivered}}) })
	require.Equal(t, 1, log.count("index=1"))
}

func TestVerdictsWaitForNoReader(t *testing.T) {
	batch := make([]*host.Envelope, batchMails)
	for i := range batch {
		batch[i] = &host.Envelope{To: []string{"a@x"}}
	}
	returned := make(chan struct{})
	var log journal
	sent := handOver(t.Context(), sendFunc(func(_ context.Context, batch []*host.Envelope, done func(int, []host.Report)) {
		for i := range batch {
			done(i, []host.Report{{Outcome: host.Delivered}})
		}
		close(returned)
	}), batch, log.logger())
	<-returned
	n := 0
	for range sent.verdicts {
		n++
	}
	require.Equal(t, batchMails, n)
}
