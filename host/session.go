package host

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"net"
	"sync/atomic"
	"time"
)

// A session is one connection to the server, from its greeting to QUIT. It is
// used by one Send at a time, or waits in the pool.
//
// What is said gathers until it is written. Replies are counted against
// commands: one that comes when none is due can be no command's, and ends the
// session. Once the session is ready for mail, a goroutine reads them, so that
// the server can always speak, whatever is being written, and so that what
// nobody asked for is seen when it comes. The waiting side sets the deadline.
type session struct {
	pool  *pool
	conn  net.Conn
	trace *trace
	ext   extensions

	in      *replyReader
	replies chan reply   // the last has its err set; nil until a goroutine reads
	owed    atomic.Int32 // replies that are due
	broken  atomic.Bool  // nothing more is to be read

	said    credentials // during AUTH
	out     []byte      // said and not yet written
	asking  int32       // replies that will be due when it is
	gone    int64       // bytes in all that are not in out any more
	written int64       // those of them that were handed to the connection
	failed  bool        // a write did: what is due will hardly come

	end       ending
	lost      bool // a mail has met the end of the connection
	aborted   atomic.Bool
	dismissed bool // by a 421, behind which the server reads nothing
	dirty     bool // the server has a transaction open
	careful   bool // no content before the answer to the commands, as the connection may be dead
	kept      bool // has been used before: a failure may be due to its age
	carried   int  // mails
	taught    bool // has said that it takes no more of them
	window    int  // mails that may be in flight, where the server takes chunks
	born      time.Time
	used      time.Time   // when it was put into the pool
	expiry    *time.Timer // ends it there
}

// An ending is how a session that cannot go on is to be left.
type ending uint8

const (
	goOn    ending = iota
	withBye        // QUIT, then close
	cutOff         // close: what the server would make of a QUIT is unknown
)

const (
	// firstWindow mails are in flight on a new connection, one more for each that
	// is delivered, and maxWindow at most: a relay that hangs up on one of them
	// leaves it open what became of those behind it.
	firstWindow = 8
	maxWindow   = 100
	// maxWindowBytes are in flight before another begins.
	maxWindowBytes = 1 << 20
	// maxOwed replies are due at a time. They fit into the channel, so that the
	// reader never waits, and the server never for it.
	maxOwed = 768
	// maxReplies come to one transaction: to RSET, MAIL, DATA and each recipient,
	// and the verdict, or one for each recipient.
	maxReplies = 4 + 2*maxRecipients
)

func newSession(conn net.Conn, p *pool) *session {
	s := &session{
		pool:    p,
		conn:    conn,
		trace:   p.tracer.begin(p.relay),
		in:      newReplyReader(bufio.NewReader(conn)),
		window:  firstWindow,
		careful: true,
		born:    time.Now(),
	}
	s.owed.Store(1) // the greeting
	return s
}

// listen starts the goroutine that reads. From then on the connection stays as it is.
func (s *session) listen() {
	s.replies = make(chan reply, maxOwed+1)
	go s.read()
}

// read hands over one reply after the other until the connection ends.
func (s *session) read() {
	defer close(s.replies)
	for {
		rep := s.next()
		s.replies <- rep
		if rep.err != nil {
			s.conn.SetWriteDeadline(time.Now()) // whoever is writing need not go on
			return
		}
	}
}

// next reads a reply.
func (s *session) next() reply {
	rep := s.nextDue()
	if rep.err != nil {
		s.broken.Store(true)
	}
	if rep.code != 334 { // its challenge is not for the protocol log anyway, and has to stay whole
		rep.lines = s.said.hide(rep.lines)
	}
	s.trace.heard(&rep)
	return rep
}

func (s *session) nextDue() reply {
	if _, err := s.in.Peek(1); err != nil {
		return reply{err: err}
	}
	if s.owed.Load() == 0 {
		s.broken.Store(true) // before the rest of it comes
		rep := s.in.read()
		rep.err = errUnasked
		return rep
	}
	rep := s.in.read()
	if left := s.owed.Add(-1); rep.err == nil && left == 0 && s.trailing() {
		rep.err = errTrailing
	}
	return rep
}

// trailing returns whether something came with the last reply that was due. A
// 421 may: RFC 5321 section 3.8.
func (s *session) trailing() bool {
	rest, _ := s.in.Peek(min(s.in.Buffered(), 3))
	return !bytes.HasPrefix([]byte("421"), rest)
}

// quiet returns false where the server has said something since the last reply
// that was due, or is gone.
func (s *session) quiet() bool { return !s.broken.Load() }

// leave notes that the session is to end after what it is doing.
func (s *session) leave(end ending) { s.end = max(s.end, end) }

// await waits for a reply. The limit counts for the whole of it, so that a
// server that drips it byte by byte gains nothing.
func (s *session) await(limit time.Duration) reply {
	if s.failed {
		limit = min(limit, s.pool.timeouts.Quit)
	}
	rep, ok := s.receive(limit)
	if !ok {
		rep.err = net.ErrClosed
	}
	if rep.err != nil || rep.code == 421 {
		s.leave(cutOff)
		s.dismissed = s.dismissed || rep.verdict() == 421
	}
	return rep
}

func (s *session) receive(limit time.Duration) (rep reply, ok bool) {
	select {
	case rep, ok = <-s.replies: // there already
		return rep, ok
	default:
	}
	s.conn.SetReadDeadline(time.Now().Add(limit))
	defer s.conn.SetReadDeadline(time.Time{})
	if s.replies == nil {
		return s.next(), true
	}
	rep, ok = <-s.replies
	return rep, ok
}

// say adds a command to what is to be written. Its reply will be due.
func (s *session) say(words ...string) {
	start := len(s.out)
	for _, word := range words {
		s.out = append(s.out, word...)
	}
	s.endCommand(start)
}

// endCommand ends the command that begins at start.
func (s *session) endCommand(start int) {
	s.trace.said(s.out[start:])
	s.out = append(s.out, "\r\n"...)
	s.asking++
}

// owes returns how many replies are due, and will be.
func (s *session) owes() int { return int(s.owed.Load()+s.asking) + len(s.replies) }

// position is how many bytes were said in all.
func (s *session) position() int64 { return s.gone + int64(len(s.out)) }

// flush writes what was said, or nothing and returns errUnasked where the server
// is not quiet. An error ends the session.
func (s *session) flush() error {
	if len(s.out) == 0 {
		return nil
	}
	err := s.write(s.out)
	s.out = s.out[:0]
	return err
}

func (s *session) write(p []byte) error {
	// The order matters: what comes behind the check ends the write.
	s.conn.SetWriteDeadline(time.Now().Add(s.pool.timeouts.Block))
	n, err := 0, errUnasked
	if s.quiet() && !s.failed { // nothing may follow half a line, or half a mail
		s.owed.Add(s.asking)
		n, err = s.conn.Write(p)
	}
	s.asking = 0
	s.gone += int64(len(p))
	s.written += int64(n)
	if err != nil {
		s.failed = true
		s.leave(cutOff)
	}
	return err
}

// answer waits for a reply. What was said is written first, unless a reply is
// there already.
func (s *session) answer(limit time.Duration) reply {
	if len(s.replies) == 0 {
		s.flush()
	}
	return s.await(limit)
}

// command sends one command and returns its reply.
func (s *session) command(line string, limit time.Duration) reply {
	s.say(line)
	return s.answer(limit)
}

// check sends NOOP and returns whether the session can go on.
func (s *session) check() bool {
	if rep := s.command("NOOP", s.pool.timeouts.Check); !rep.positive() {
		s.leave(cutOff)
	}
	return s.end == goOn
}

// finish ends the session, by QUIT where that makes sense, and returns when
// nothing is left of it.
func (s *session) finish() {
	if s.end != cutOff {
		s.command("QUIT", s.pool.timeouts.Quit)
	} else {
		s.pool.counts.broken.Add(1)
	}
	s.conn.Close()
	if s.replies != nil {
		for range s.replies {
		}
	}
	s.pool.counts.open.Add(-1)
	s.trace.ended()
}

// encrypted returns whether the connection is.
func (s *session) encrypted() bool {
	_, ok := s.conn.(*tls.Conn)
	return ok
}
