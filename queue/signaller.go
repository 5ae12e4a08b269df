package queue

// A Signaller is a [Store] that hears of what others do with it: other processes, or
// an application that has mail in a transaction of its own and commits that (see
// TxStore). A mailer on it is woken by their mail in the lane Immediate, and by what
// they release and resume, and does not sleep on it until its tick.
type Signaller interface {
	// Signals returns a channel, the same one each time, that gets a value when
	// another has committed mail in the lane Immediate, or has made mail due that was
	// not; or before, where a Claim then waits for the commit. Values may be lost,
	// stand for several such events, or come for nothing. The channel is not closed
	// before the store is.
	Signals() <-chan struct{}
}

// hear signals as other processes do, until the queue closes.
func (q *Queue) hear(signals <-chan struct{}) {
	for {
		select {
		case _, open := <-signals:
			if !open {
				return
			}
			q.Signal()
		case <-q.closing.Done():
			return
		}
	}
}
