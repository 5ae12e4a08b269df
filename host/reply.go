package host

import (
	"bufio"
	"errors"
	"fmt"
	"strings"
)

// A reply is what the server said, as far as it could be read.
type reply struct {
	code  int    // 0 where none could be read, or the lines disagree
	lines string // what follows the code in each line, joined by LF
	odd   bool   // a bare code, or a line ended by LF alone: legible, but not as it should be
	err   error  // not nil: nothing more can be read from this connection
}

var (
	errUnasked      = errors.New("the server sent a reply where none was due")
	errTrailing     = errors.New("the server sent more than its reply")
	errInconsistent = errors.New("the lines of a reply have different codes")
	errTooLong      = errors.New("the reply is too long")
	errNotSMTP      = errors.New("this is no reply of a mail server")
)

// verdict returns the code if it answers what was asked, else 0.
func (rep *reply) verdict() int {
	if errors.Is(rep.err, errUnasked) || errors.Is(rep.err, errTrailing) {
		return 0
	}
	return rep.code
}

// positive returns whether the server agreed and the connection can go on.
func (rep *reply) positive() bool { return rep.code/100 == 2 && rep.err == nil }

// enhanced returns the enhanced status code of the reply (RFC 2034 section 4),
// "" where it has none.
func (rep *reply) enhanced() string {
	line, _, _ := strings.Cut(rep.lines, "\n")
	status, _, _ := strings.Cut(strings.TrimLeft(line, " \t"), " ")
	if len(status) < 5 || int(status[0]-'0') != rep.code/100 || status[1] != '.' {
		return ""
	}
	subject, detail, ok := strings.Cut(status[2:], ".")
	if !ok || !isNumber(subject) || !isNumber(detail) {
		return ""
	}
	return status
}

// isNumber is RFC 3463 section 2: one to three digits.
func isNumber(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return 1 <= len(s) && len(s) <= 3
}

// text returns the words of the reply, without its enhanced status code.
func (rep *reply) text() string {
	status := rep.enhanced()
	if !strings.Contains(rep.lines, "\n") {
		return cleanText(withoutStatus(rep.lines, status))
	}
	words := strings.Split(truncate(rep.lines, 4*maxText), "\n")
	for i, line := range words {
		words[i] = withoutStatus(line, status)
	}
	return cleanText(strings.Join(words, " "))
}

func withoutStatus(line, status string) string {
	return strings.TrimPrefix(strings.TrimSpace(line), status)
}

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
	known map[string]string // what servers say again and again, kept to be said by one string
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

// Bounds of what is kept to be said by one string.
const (
	maxKnown     = 32
	maxKnownText = 100
)

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

func (rep *reply) refuse(err error) error {
	rep.code = 0
	return err
}

func (rep *reply) String() string { return fmt.Sprintf("%d %s", rep.code, rep.lines) }
