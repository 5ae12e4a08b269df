package queue

import "time"

// A watchdog says when the mailer is stalled. It asks neither mailer nor store,
// either of which may be what hangs.
type watchdog struct {
	*Queue
	barking bool
}

func (w *watchdog) run() {
	every := beatEvery(w.cfg.Interval)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			w.look(patience * every)
		case <-w.closing.Done():
			return
		}
	}
}

// look says once that the mailer is stalled, and once that it moves again.
func (w *watchdog) look(limit time.Duration) {
	stalled := w.pulse.stalled(limit)
	switch {
	case stalled && !w.barking:
		w.cfg.Logger.Error("queue: the mailer is stalled: mail is due and not moving",
			"quiet_for", w.pulse.quiet(), "in_flight", w.inFlight.Load())
	case !stalled && w.barking:
		w.cfg.Logger.Info("queue: the mailer moves again")
	}
	w.barking = stalled
}
