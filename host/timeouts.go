package host

import (
	"cmp"
	"time"
)

// Timeouts bound each step of a session. A field that is zero takes its
// default; none can be switched off. RFC 5321 section 4.5.3.2 names the steps;
// where a default is shorter than there, it is for a relay that is near.
type Timeouts struct {
	Dial     time.Duration // name lookup and connection. Default 30 s
	Greeting time.Duration // from the connection to the whole greeting. Default 1 min
	TLS      time.Duration // the handshake. Default 30 s
	Command  time.Duration // EHLO, STARTTLS, each step of AUTH, RSET, MAIL and RCPT. Default 2 min
	Data     time.Duration // DATA until the server wants the content. Default 2 min
	Block    time.Duration // each write, of 200 KiB at most. Default 3 min
	Verdict  time.Duration // from the last byte of a mail, or the verdict before, to its verdict. Default 10 min; less makes duplicates
	Check    time.Duration // NOOP, before a connection is used again. Default 10 s
	Quit     time.Duration // QUIT, and what a server that hangs up says in parting. Default 2 s
}

func (t Timeouts) withDefaults() *Timeouts {
	return &Timeouts{
		Dial:     cmp.Or(t.Dial, 30*time.Second),
		Greeting: cmp.Or(t.Greeting, time.Minute),
		TLS:      cmp.Or(t.TLS, 30*time.Second),
		Command:  cmp.Or(t.Command, 2*time.Minute),
		Data:     cmp.Or(t.Data, 2*time.Minute),
		Block:    cmp.Or(t.Block, 3*time.Minute),
		Verdict:  cmp.Or(t.Verdict, 10*time.Minute),
		Check:    cmp.Or(t.Check, 10*time.Second),
		Quit:     cmp.Or(t.Quit, 2*time.Second),
	}
}
