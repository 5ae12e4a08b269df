package queue

import "time"

const (
	batchMails = 100     // mails in a batch
	batchBytes = 4 << 20 // bytes of data after which a batch takes no further mail

	// minWait keeps a store whose clock is coarse from being asked in a circle.
	minWait = 10 * time.Millisecond
)

// A mailer is the goroutine that claims mail and starts a sender for each
// batch. It wakes on a signal, when a sender has ended or is stuck, when the next
// mail falls due, and at its tick.
type mailer struct {
	*Queue
	crew  crew
	ended chan *sender // has room for all
}

func newMailer(q *Queue) *mailer {
	return &mailer{Queue: q, crew: crew{most: q.cfg.Senders}, ended: make(chan *sender, 2*q.cfg.Senders)}
}

func (m *mailer) run() {
	breaker{m.store, m.cfg.Logger}.tellDown(m.closing)
	for m.closing.Err() == nil {
		wait, err := m.round()
		if err != nil {
			m.pulse.fault(err)
			m.cfg.Logger.Error("queue: cannot claim mail; trying again at the next tick", "error", err)
		}
		m.sleep(wait, err == nil)
	}
}

// round starts senders until all are busy or nothing is due, and returns how
// long to sleep.
func (m *mailer) round() (time.Duration, error) {
	for m.ready() {
		started, wait, err := m.fill()
		if err != nil || !started {
			return wait, err
		}
	}
	return m.crew.nextStuck(time.Now(), m.cfg.Interval), nil
}

// ready tells whether another sender might be started.
func (m *mailer) ready() bool {
	return m.unrecorded.Load() == 0 && m.closing.Err() == nil && len(m.crew.places(time.Now())) > 0
}

// fill starts a sender in the first of the free places for which there is mail.
// Where there is none, it returns how long to sleep.
func (m *mailer) fill() (started bool, sleep time.Duration, err error) {
	now := time.Now()
	sleep = m.crew.nextStuck(now, m.cfg.Interval)
	for _, p := range m.crew.places(now) {
		batch, wait, err := m.claim(p.want)
		switch {
		case err != nil:
			return false, m.cfg.Interval, err
		case batch != nil:
			m.start(batch, p.spare)
			return true, 0, nil
		case wait >= 0:
			sleep = min(sleep, max(wait, minWait))
		}
	}
	return false, sleep, nil
}

// claim is made under a context that does not end with Close: a claim that is
// broken off may have taken leases that nobody knows of.
func (m *mailer) claim(want Want) (*Batch, time.Duration, error) {
	want.Mails, want.Bytes, want.Lease = batchMails, batchBytes, m.cfg.Lease
	m.pulse.claim()
	batch, wait, err := m.store.Claim(m.abandoned, want)
	m.pulse.claimed(batch != nil, batch == nil && err == nil && !want.ImmediateOnly && want.Skip == nil)
	return batch, wait, err
}

func (m *mailer) start(batch *Batch, spare bool) {
	m.inFlight.Add(int64(len(batch.Mails)))
	s := newSender(m.Queue, batch)
	s.spare = spare
	m.crew.at = append(m.crew.at, s)
	m.work.Go(func() {
		s.run()
		m.ended <- s
	})
}

// sleep returns after d, or before for a reason to claim again, unless only
// the tick is to be heeded.
func (m *mailer) sleep(d time.Duration, heed bool) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		signal := m.signal
		if !heed || !m.ready() {
			signal = nil // it stays until it can be heeded
		}
		select {
		case <-timer.C:
			return
		case <-signal:
			return
		case <-m.recorded:
			return
		case <-m.closing.Done():
			return
		case s := <-m.ended:
			m.crew.remove(s)
			// A host that tries nothing is asked again at the next tick, by as
			// many senders as there are, and not in a circle.
			if heed && s.tried {
				return
			}
		}
	}
}
