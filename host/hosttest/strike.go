package hosttest

import (
	"errors"
	"time"
)

// What a handler returns after a fault has struck. No client reads these texts:
// the fault has said what there is to say.
var (
	errRefused = errors.New("refused by a fault")
	errGone    = errors.New("the connection has ended")
)

// strike carries out a fault. Its reply waits for go-smtp's, whose place it
// takes. An error says that the command is not to be obeyed.
func (c *conn) strike(f *Fault, watch bool) error {
	if f.Delay > 0 && !c.pause(f.Delay, watch) {
		return errGone
	}
	if said := f.said(); said != "" {
		c.replaceNext(said, f.then())
	} else if !c.act(f.Do, watch) {
		return errGone
	}
	if f.refuses() {
		return errRefused
	}
	return nil
}

// interrupt carries out a fault whose reply does not wait for go-smtp's, and
// makes that be lost.
func (c *conn) interrupt(f *Fault, watch bool) error {
	if f.Delay > 0 && !c.pause(f.Delay, watch) {
		return errGone
	}
	if said := f.said(); said != "" {
		c.sayEarly(said)
	}
	if !c.act(f.then(), watch) {
		return errGone
	}
	if f.refuses() {
		return errRefused
	}
	return nil
}

// act returns false where the connection has ended by it.
func (c *conn) act(do Action, watch bool) bool {
	switch do {
	case None:
		return true
	case Hang:
		return c.pause(forGood, watch)
	case Reset:
		c.reset()
	case Close:
		c.end()
	}
	return false
}

const forGood = time.Duration(1<<63 - 1)

// pause waits for d. Release ends it too; Close and, with watch, the client's
// leaving end it and the connection, and then it returns false. With watch it
// reads ahead, so nobody else may be reading.
func (c *conn) pause(d time.Duration, watch bool) bool {
	if c.flush() != nil || !c.wait(d, watch) {
		c.cut()
		return false
	}
	return true
}

func (c *conn) wait(d time.Duration, watch bool) bool {
	released := c.server.holding(1)
	defer c.server.holding(-1)
	var left <-chan struct{}
	if watch {
		var stop func()
		left, stop = c.wire.watch()
		defer stop()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-released:
	case <-left:
		return false
	case <-c.gone:
		return false
	}
	return true
}

// holding counts the connections that wait, and returns a channel that Release
// closes.
func (s *Server) holding(n int) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts.Held += n
	s.change()
	if s.release == nil {
		s.release = make(chan struct{})
	}
	return s.release
}

// Release lets go the connections that a fault holds now, by Hang or Delay: they
// go on as if it had come to its end.
func (s *Server) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.release != nil {
		close(s.release)
		s.release = nil
	}
}
