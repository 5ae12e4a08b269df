package queue

import "time"

// record writes what has gathered, and returns nil, or where the store fails,
// a channel that says when to try again. Until it has succeeded no sender claims
// more, lest all that is sent be sent again.
func (s *sender) record() <-chan time.Time {
	for len(s.finishes) > 0 {
		// Of leases that may have lapsed some may be lost. One by one it is known
		// which: the others' outcomes are to be told.
		n, lapsed := len(s.finishes), s.lapsed()
		if lapsed {
			n = 1
		}
		if err := s.write(s.finishes[:n], lapsed); err != nil {
			return time.After(s.failed(err))
		}
		s.finishes = s.finishes[n:]
	}
	if s.failures > 0 {
		s.failures = 0
		s.unrecorded.Add(-1)
		select {
		case s.recorded <- struct{}{}:
		default:
		}
	}
	return nil
}

// write records outcomes and tells of them.
func (s *sender) write(outcomes []finish, lapsed bool) error {
	finishes := make([]Finish, len(outcomes))
	for i, f := range outcomes {
		finishes[i] = f.Finish
	}
	n, err := s.store.Finish(s.abandoned, finishes)
	if err != nil {
		return err
	}
	s.pulse.move()
	for _, f := range outcomes {
		delete(s.leases, f.ID)
	}
	s.inFlight.Add(-int64(len(outcomes)))
	if lost := len(outcomes) - n; lost > 0 && lapsed {
		s.cfg.Logger.Warn("queue: leases were lost while mail was being sent; it may be sent twice", "mails", lost)
		return nil
	}
	// What was not changed although its lease lasts was changed by an earlier try,
	// whose answer was lost.
	for _, f := range outcomes {
		s.teller.tell(f.c, &f.Finish)
	}
	return nil
}

// failed takes note that outcomes cannot be recorded, and returns for how long
// the store is left alone.
func (s *sender) failed(err error) time.Duration {
	if s.failures == 0 {
		s.unrecorded.Add(1)
	}
	s.pulse.fault(err)
	pause := doubled(time.Second, 30*time.Second, s.failures)
	s.failures++
	s.cfg.Logger.Error("queue: cannot record outcomes; no mail is claimed until it succeeds",
		"mails", len(s.finishes), "again_in", pause, "error", err)
	return pause
}
