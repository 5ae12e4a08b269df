package host

import (
	"bufio"
	"strings"
)

// Bounds of one reply. RFC 5321 section 4.5.3.1.5 allows lines of 512 bytes.
const (
	maxReplyLine = 2000
	maxReply     = 64 << 10
)

// A replyReader reads one reply after the other from a connection.
type replyReader struct {
	*bufio.Reader
	line  []byte            // the one that is being read
	lines []byte            // of the reply that is being read
	known map[string]string // texts that were read before: servers say few, again and again, and each is one string
}

func newReplyReader(r *bufio.Reader) *replyReader {
	return &replyReader{Reader: r, known: map[string]string{}}
}

// read reads one reply: RFC 5321 section 4.2. The code is kept as soon as it is
// certain, so that a verdict counts whose text was cut.
func (r *replyReader) read() reply {
	var rep reply
	r.lines = r.lines[:0]
	for n, left := 0, maxReply; ; n++ {
		rep.err = r.readLine(&rep, min(left, maxReplyLine))
		line := r.line
		left -= len(line)
		last := rep.err != nil || len(line) < 4 || line[3] != '-'
		if rep.code != 0 {
			line = line[min(4, len(line)):]
		}
		if n > 0 {
			r.lines = append(r.lines, '\n')
		}
		if r.lines = append(r.lines, line...); last {
			rep.lines = r.intern()
			return rep
		}
	}
}

// Bounds of the texts that are known.
const (
	maxKnown     = 32
	maxKnownText = 100
)

// intern returns the lines as a string, which is allocated only where it is new.
func (r *replyReader) intern() string {
	text, ok := r.known[string(r.lines)]
	if !ok {
		text = string(r.lines)
		if len(r.known) < maxKnown && len(text) <= maxKnownText {
			r.known[text] = text
		}
	}
	return text
}

// readLine reads a line without its end, and sets the code of rep from it.
func (r *replyReader) readLine(rep *reply, limit int) error {
	r.line = r.line[:0]
	for {
		c, err := r.ReadByte()
		if err != nil {
			return err
		}
		if len(r.line) == 3 {
			if err := rep.setCode(r.line, c); err != nil {
				rest, _ := r.Peek(min(r.Buffered(), 80))
				r.line = append(append(r.line, c), rest...)
				return err
			}
		}
		if c == '\n' {
			return r.endLine(rep)
		}
		if len(r.line) == limit {
			return errTooLong
		}
		r.line = append(r.line, c)
	}
}

func (r *replyReader) endLine(rep *reply) error {
	n := len(r.line)
	if n < 3 {
		return rep.refuse(errNotSMTP)
	}
	if r.line[n-1] == '\r' {
		r.line = r.line[:n-1]
	}
	rep.odd = rep.odd || len(r.line) == n || len(r.line) == 3
	return nil
}

// setCode sets the code from the three bytes of it and the one behind them.
func (rep *reply) setCode(digits []byte, behind byte) error {
	code := 0
	for _, c := range digits {
		if c < '0' || c > '9' {
			return rep.refuse(errNotSMTP)
		}
		code = 10*code + int(c-'0')
	}
	// Later digits out of range are left to the first: RFC 5321 section 4.2.1.
	if code < 200 || code > 599 || !strings.ContainsRune(" -\t\r\n", rune(behind)) {
		return rep.refuse(errNotSMTP)
	}
	if rep.code != 0 && rep.code != code {
		return rep.refuse(errInconsistent)
	}
	rep.code = code
	return nil
}

// refuse takes back the code of a reply that is none.
func (rep *reply) refuse(err error) error {
	rep.code = 0
	return err
}
