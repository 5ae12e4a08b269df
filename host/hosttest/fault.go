package hosttest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A Place is a point of the dialogue at which a fault strikes.
type Place uint8

const (
	Greeting Place = iota + 1 // in the place of 220
	EHLO                      // and HELO
	STARTTLS                  // before the handshake
	AUTH                      // in the place of the first answer to it
	MAIL                      // the sender is known from here on
	RCPT                      // once for each recipient
	DATA                      // in the place of 354; of a mail in chunks, at the first BDAT
	Content                   // Fault.After bytes of it have been read
	Verdict                   // the last byte has been read, the answer to it is due
	RSET
	NOOP
	QUIT
	places = QUIT + 1
)

var placeNames = [...]string{
	"nowhere", "Greeting", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "Content", "Verdict", "RSET", "NOOP", "QUIT",
}

// String returns the name of the constant.
func (p Place) String() string {
	if p < places {
		return placeNames[p]
	}
	return fmt.Sprintf("Place(%d)", uint8(p))
}

// An Action is what a fault does to the connection.
type Action uint8

const (
	None  Action = iota
	Close        // ends it in an orderly way: the client reads all that was said, then the end
	Reset        // cuts it: the client's next read or write fails, and what was said last may be lost
	Hang         // says no more until Server.Release or Server.Close, or the client leaves (which is not seen at DATA and Content of a mail in chunks)
)

// A Fault is something that the server does wrong. It says where, for which
// mails, and what; a table of them reads one line for each:
//
//	Faults: []hosttest.Fault{
//		{At: hosttest.Greeting, Times: 2, Reply: "421 4.3.2 Busy"},
//		{At: hosttest.RCPT, To: "*@full.example", Reply: "452 4.2.2 Mailbox full"},
//		{At: hosttest.Verdict, Mail: 3, Do: hosttest.Close},
//	}
//
// What was set of Delay, Reply or Raw, and Do happens in this order. A reply
// stands in the place of the server's own. One that begins with 4 or 5 refuses
// what was asked, any other leaves the server as if it had been its own, and 421
// closes the connection where Do says nothing else (RFC 5321 section 3.8).
// Without a reply, the server's own follows a Delay, and a Hang that was released.
//
// In the content a reply comes early and is the verdict; the rest is read in
// silence. A client that has already sent all cannot tell a connection that
// was closed in the content from one that was closed after it.
type Fault struct {
	At Place

	// For which. What is not set matches all.
	From  string // the sender, from MAIL to Verdict. * stands for any text: "*@acme.example"; upper and lower case are the same
	To    string // a recipient, in the same manner: that of the RCPT, and later any that was accepted
	Conn  int    // only on the n-th connection that the server accepts, from 1
	Mail  int    // only with the n-th MAIL command of a connection, from 1, and what comes between it and the next
	Times int    // only the first n times

	// What.
	Delay time.Duration // waits; Release and Close end it
	Reply string        // a code and a text, such as "550 5.1.1 No such user"; lines are separated by \n, and "250-a\n250 b" is one reply
	Raw   string        // bytes in the place of a reply, as they are: garbage, half a reply, several
	Do    Action
	After int // at Content: how many bytes are read before, or all where there are fewer. Default 1
}

// said returns the bytes in the place of a reply, or "".
func (f *Fault) said() string {
	if f.Reply == "" {
		return f.Raw
	}
	return strings.ReplaceAll(f.Reply, "\n", "\r\n") + "\r\n"
}

// refuses returns whether the client hears a refusal.
func (f *Fault) refuses() bool {
	said := f.said()
	return said != "" && (said[0] == '4' || said[0] == '5')
}

// then returns what happens after the reply.
func (f *Fault) then() Action {
	if f.Do == None && strings.HasPrefix(f.said(), "421") {
		return Close
	}
	return f.Do
}

// code returns the reply's code, or 0.
func (f *Fault) code() int { return codeOf(f.said()) }

func codeOf(reply string) int {
	code, _ := strconv.Atoi(reply[:min(3, len(reply))])
	return code
}

var replyLines = regexp.MustCompile(`^([2-5][0-9][0-9]([ -][^\r\n]*)?\n)*[2-5][0-9][0-9]( [^\r\n]*)?$`)

// mistake returns what is wrong with the fault, or "".
func (f *Fault) mistake() string {
	switch {
	case f.At == 0 || f.At >= places:
		return "At is missing: name a Place"
	case f.Do > Hang:
		return fmt.Sprintf("Do is %d: name an Action", f.Do)
	case f.said() == "" && f.Do == None && f.Delay == 0:
		return "does nothing: set Delay, Reply, Raw or Do"
	case f.Reply != "" && f.Raw != "":
		return "has both Reply and Raw: leave one out"
	case f.Reply != "" && !replyLines.MatchString(f.Reply):
		return fmt.Sprintf(`Reply is %q: write a code and a text, such as "550 5.1.1 No such user", or use Raw`, f.Reply)
	case f.From != "" && (f.At < MAIL || f.At > Verdict):
		return fmt.Sprintf("From is not known at %v", f.At)
	case f.To != "" && (f.At < RCPT || f.At > Verdict):
		return fmt.Sprintf("To is not known at %v", f.At)
	case f.Mail != 0 && f.At < MAIL:
		return fmt.Sprintf("Mail cannot be counted at %v", f.At)
	case f.Conn < 0 || f.Mail < 0 || f.Times < 0 || f.Delay < 0 || f.After < 0:
		return "has a number below 0"
	case f.After > 0 && f.At != Content:
		return fmt.Sprintf("After has no meaning at %v", f.At)
	}
	return ""
}
