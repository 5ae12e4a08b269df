package queue

// A fault is what may fail again and again. It is logged once, and once more when it
// has passed.
type fault struct{ failing bool }

func (f *fault) tell(q *Queue, err error, failed, passed string) {
	switch {
	case err != nil && !f.failing:
		q.pulse.fault(err)
		q.cfg.Logger.Error(failed, "error", err)
	case err == nil && f.failing:
		q.cfg.Logger.Info(passed)
	}
	f.failing = err != nil
}
