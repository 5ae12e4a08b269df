package host

import (
	"context"
	"crypto/tls"
	"errors"
)

type abortKey struct{}

// WithAbort returns a context for [Host.Send] by which what was begun can be broken
// off: where that ctx ends, no envelope is begun; where abort ends, which is to be
// no sooner, none is carried on.
func WithAbort(ctx, abort context.Context) context.Context {
	return context.WithValue(ctx, abortKey{}, abort)
}

// Abort returns the context at whose end a Host breaks off what it has begun under
// ctx: that given to [WithAbort], or one that never ends.
func Abort(ctx context.Context) context.Context {
	if abort, ok := ctx.Value(abortKey{}).(context.Context); ok {
		return abort
	}
	return context.Background()
}

var errAborted = errors.New("broken off")

// hold makes s the sender's session, until drop or release. Where the Send is
// broken off meanwhile, the session is.
func (x *sender) hold(s *session) {
	x.s = s
	x.unhold = context.AfterFunc(Abort(x.ctx), s.abort)
}

// abort ends the connection at once. It may be called at any time.
func (s *session) abort() {
	s.aborted.Store(true)
	conn := s.conn
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn() // whose Close does not wait to say goodbye
	}
	conn.Close()
}

// checkUntil does what check does, until abort ends.
func (s *session) checkUntil(abort context.Context) bool {
	stop := context.AfterFunc(abort, s.abort)
	alive := s.check()
	if !stop() {
		s.leave(cutOff)
		return false
	}
	return alive
}
