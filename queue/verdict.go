package queue

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/go-mailhost/mailhost/host"
)

// A verdict is what a host said about one envelope of a batch.
type verdict struct {
	i       int
	reports []host.Report // one for each recipient
}

// A handover is one Send of a host, which is held to its contract: each
// envelope gets exactly one verdict, whatever the host does.
type handover struct {
	batch    []*host.Envelope
	log      *slog.Logger
	verdicts chan verdict // has room for all, so that nobody waits for its reader

	mu    sync.Mutex
	given []bool // by envelope
	over  bool
}

// handOver starts a Send, whose channel of verdicts is closed after the last.
func handOver(ctx context.Context, h host.Host, batch []*host.Envelope, log *slog.Logger) *handover {
	o := &handover{
		batch:    batch,
		log:      log,
		verdicts: make(chan verdict, len(batch)),
		given:    make([]bool, len(batch)),
	}
	go func() {
		defer o.end("the host ended without an outcome") // on runtime.Goexit too
		defer func() {
			if v := recover(); v != nil {
				log.Error("queue: the host panicked", "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			}
		}()
		h.Send(ctx, batch, o.done)
	}()
	return o
}

func (o *handover) done(i int, reports []host.Report) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.over || i < 0 || i >= len(o.batch) || o.given[i] {
		o.log.Error("queue: the host reported an envelope twice, late, or one it was not given", "index", i)
		return
	}
	o.given[i] = true
	o.verdicts <- verdict{i, checked(reports, o.batch[i].To)}
}

// end gives a verdict on each envelope that has none: whether it was delivered is
// left open, for this reason.
func (o *handover) end(why string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.over {
		return
	}
	o.over = true
	for i, given := range o.given {
		if !given {
			o.verdicts <- verdict{i, doubts(o.batch[i].To, why)}
		}
	}
	close(o.verdicts)
}

// checked returns a copy of the reports with one for each recipient and texts
// of bounded size. Reports that make no sense leave it open whether the mail
// was delivered.
func checked(reports []host.Report, to []string) []host.Report {
	if len(reports) != len(to) {
		return doubts(to, fmt.Sprintf("the host reported %d outcomes for %d recipients", len(reports), len(to)))
	}
	reports = slices.Clone(reports)
	for i := range reports {
		r := &reports[i]
		if r.Outcome > host.Uncertain {
			r.Text = "the host reported the unknown " + r.Outcome.String()
			r.Outcome = host.Uncertain
		}
		r.To = to[i]
		r.Text, r.Relay, r.Enhanced = cut(r.Text, maxWords), cut(r.Relay, maxRelay), cut(r.Enhanced, maxEnhanced)
	}
	return reports
}

func doubts(to []string, why string) []host.Report {
	reports := make([]host.Report, len(to))
	for i := range reports {
		reports[i] = host.Report{To: to[i], Outcome: host.Uncertain, Text: why}
	}
	return reports
}
