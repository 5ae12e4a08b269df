package host

import (
	"bufio"
	"bytes"
	"net"
	"sync/atomic"
	"time"
)

// A session is one connection to the server, from its greeting to QUIT. It is
// used by one Send at a time, or waits in the pool.
//
// A goroutine reads its replies, so that one that nobody asked for is seen when
// it comes: on an idle connection, or while a mail is being sent. The waiting
// side sets the deadline. Replies are counted against commands: one that comes
// when none is due can be no command's, and ends the session.
type session struct {
	conn     net.Conn
	relay    string
	timeouts *Timeouts
	ext      extensions

	owed    atomic.Int32 // replies that are due
	unasked atomic.Bool  // something came when none was
	replies chan reply   // the last has its err set

	end     ending
	kept    bool // has been used before: a failure may be due to its age
	carried int  // mails
	born    time.Time
	used    time.Time   // when it was put into the pool
	expiry  *time.Timer // ends it there
	block   []byte      // content on its way
}

// An ending is how a session that cannot go on is to be left.
type ending uint8

const (
	goOn    ending = iota
	withBye        // QUIT, then close
	cutOff         // close: what the server would make of a QUIT is unknown
)

func newSession(conn net.Conn, relay string, timeouts *Timeouts) *session {
	s := &session{
		conn:     conn,
		relay:    relay,
		timeouts: timeouts,
		replies:  make(chan reply, 1),
		born:     time.Now(),
	}
	s.owed.Store(1) // the greeting
	go s.read()
	return s
}

// read hands over one reply after the other until the connection ends.
func (s *session) read() {
	defer close(s.replies)
	r := bufio.NewReader(s.conn)
	for {
		rep := s.next(r)
		s.replies <- rep
		if rep.err != nil {
			s.conn.SetWriteDeadline(time.Now()) // whoever is writing need not go on
			return
		}
	}
}

func (s *session) next(r *bufio.Reader) reply {
	if _, err := r.Peek(1); err != nil {
		return reply{err: err}
	}
	if s.owed.Load() == 0 {
		s.unasked.Store(true)
		rep := readReply(r)
		rep.err = errUnasked
		return rep
	}
	rep := readReply(r)
	if left := s.owed.Add(-1); rep.err == nil && left == 0 && trailing(r) {
		rep.err = errTrailing
	}
	return rep
}

// trailing returns whether something came with the last reply that was due. A
// 421 may: RFC 5321 section 3.8.
func trailing(r *bufio.Reader) bool {
	rest, _ := r.Peek(min(r.Buffered(), 3))
	return !bytes.HasPrefix([]byte("421"), rest)
}

// quiet returns false where the server has said something since the last reply
// that was due, or is gone.
func (s *session) quiet() bool { return !s.unasked.Load() && len(s.replies) == 0 }

// leave notes that the session is to end after what it is doing.
func (s *session) leave(end ending) { s.end = max(s.end, end) }

// await waits for a reply. The limit counts for the whole of it, so that a
// server that drips it byte by byte gains nothing.
func (s *session) await(limit time.Duration) reply {
	s.conn.SetReadDeadline(time.Now().Add(limit))
	rep, ok := <-s.replies
	s.conn.SetReadDeadline(time.Time{})
	if !ok {
		rep.err = net.ErrClosed
	}
	if rep.err != nil || rep.code == 421 {
		s.leave(cutOff)
	}
	return rep
}

// lastWords ends the session and returns what the server has said or still
// says before it hangs up.
func (s *session) lastWords() reply {
	s.leave(cutOff)
	return s.await(s.timeouts.Quit)
}

// write sends p, or nothing and errUnasked where the server is not quiet.
func (s *session) write(p []byte, limit time.Duration) error {
	// The order matters: what comes behind the check ends the write.
	s.conn.SetWriteDeadline(time.Now().Add(limit))
	if !s.quiet() {
		return errUnasked
	}
	_, err := s.conn.Write(p)
	return err
}

// command sends one command and returns its reply.
func (s *session) command(line string, limit time.Duration) reply {
	s.owed.Add(1)
	if s.write([]byte(line+"\r\n"), limit) != nil {
		return s.lastWords()
	}
	return s.await(limit)
}

// check sends NOOP or RSET and returns whether the session can go on.
func (s *session) check(command string) bool {
	if rep := s.command(command, s.timeouts.Check); !rep.positive() {
		s.leave(cutOff)
	}
	return s.end == goOn
}

// finish ends the session, by QUIT where that makes sense, and returns when
// nothing is left of it.
func (s *session) finish() {
	if s.end != cutOff {
		s.command("QUIT", s.timeouts.Quit)
	}
	s.conn.Close()
	for range s.replies {
	}
}
