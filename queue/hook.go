package queue

import (
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/go-mailhost/mailhost/host"
)

// An outcome is what was recorded of one mail.
type outcome struct {
	mail    *Mail
	reports []host.Report
}

// A teller calls Config.OnOutcome for the mails of one batch, one after the
// other. Whoever gives it an outcome does not wait: the leases of the rest of the
// batch have to be kept meanwhile.
type teller struct {
	hook     func(*Mail, []host.Report)
	log      *slog.Logger
	outcomes chan outcome  // has room for the whole batch
	told     chan struct{} // closed when all were told
}

// newTeller returns nil where there is no hook.
func newTeller(cfg *Config, mails int) *teller {
	if cfg.OnOutcome == nil {
		return nil
	}
	t := &teller{cfg.OnOutcome, cfg.Logger, make(chan outcome, mails), make(chan struct{})}
	go t.run()
	return t
}

func (t *teller) run() {
	defer close(t.told)
	for o := range t.outcomes {
		t.call(o)
	}
}

func (t *teller) call(o outcome) {
	returned := false
	done := make(chan struct{})
	go func() { // of its own, for it may end its goroutine
		defer close(done)
		defer func() {
			if v := recover(); v != nil || !returned {
				t.log.Error("queue: Config.OnOutcome panicked", "id", o.mail.ID, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			}
		}()
		t.hook(o.mail, o.reports)
		returned = true
	}()
	<-done
}

// tell has the hook called for a mail, unless nothing happened to it.
func (t *teller) tell(c *Claimed, f *Finish) {
	if t == nil {
		return
	}
	if reports := f.reports(c); len(reports) > 0 {
		mail := c.Mail
		mail.committed = true // a Commit of it would change nothing
		t.outcomes <- outcome{&mail, reports}
	}
}

// end returns a channel that is closed when all were told.
func (t *teller) end() <-chan struct{} {
	if t == nil {
		return nil
	}
	close(t.outcomes)
	return t.told
}

// reports returns what a record says of each recipient that it is about.
func (f *Finish) reports(c *Claimed) []host.Report {
	var reports []host.Report
	for _, r := range f.Recipients {
		report := r.Last
		report.To = r.To
		if r.State == RecipientFailed {
			report.Outcome = host.Permanent // where it expired, it was none
		}
		reports = append(reports, report)
	}
	if f.Failed == "" {
		return reports
	}
	for _, to := range c.Mail.To {
		reports = append(reports, host.Report{To: to, Outcome: host.Permanent, Text: f.Failed})
	}
	if reports == nil { // not even the recipients could be decoded
		reports = []host.Report{{Outcome: host.Permanent, Text: f.Failed}}
	}
	return reports
}
