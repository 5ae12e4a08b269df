package host

import (
	"sync/atomic"
	"time"
)

// Stats are numbers about the connections of an SMTP or LMTP, in the manner of
// [database/sql.DBStats]. All but the first four count from its beginning.
type Stats struct {
	MaxConns int // connections that may be open at a time
	Open     int // connections that are: in use, idle, or saying QUIT
	InUse    int // Sends that have a connection, or are opening one
	Idle     int // connections that wait for a Send

	Mails        int64         // transactions whose content was sent to its end
	Dialed       int64         // connections that were opened
	DialFailed   int64         // attempts at it that failed before the first MAIL
	WaitCount    int64         // Sends that waited for a connection, beyond MaxConns
	WaitDuration time.Duration // how long they did, in all
	IdleClosed   int64         // connections closed because of IdleClose
	FullClosed   int64         // because of MaxAge, MaxPerConn, or what the relay takes over one
	Broken       int64         // that ended otherwise than by QUIT
}

// The counts are what is behind Stats.
type counts struct {
	open, mails, dialed, dialFailed atomic.Int64
	waits, waitTime                 atomic.Int64
	idleClosed, fullClosed, broken  atomic.Int64
}

func (c *counts) waited(d time.Duration) {
	c.waits.Add(1)
	c.waitTime.Add(int64(d))
}

func (p *pool) stats() Stats {
	p.mu.Lock()
	idle := len(p.idle)
	p.mu.Unlock()
	c := &p.counts
	return Stats{
		MaxConns:     cap(p.places),
		Open:         int(c.open.Load()),
		InUse:        len(p.places),
		Idle:         idle,
		Mails:        c.mails.Load(),
		Dialed:       c.dialed.Load(),
		DialFailed:   c.dialFailed.Load(),
		WaitCount:    c.waits.Load(),
		WaitDuration: time.Duration(c.waitTime.Load()),
		IdleClosed:   c.idleClosed.Load(),
		FullClosed:   c.fullClosed.Load(),
		Broken:       c.broken.Load(),
	}
}
