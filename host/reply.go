package host

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// A reply is what the server said, as far as it could be read.
type reply struct {
	code  int      // 0 where none could be read, or the lines disagree
	lines []string // what follows the code in each line
	odd   bool     // a bare code, or a line ended by LF alone: legible, but not as it should be
	err   error    // not nil: nothing more can be read from this connection
}

// Bounds of one reply. RFC 5321 section 4.5.3.1.5 allows lines of 512 bytes.
const (
	maxReplyLine = 2000
	maxReply     = 64 << 10
)

var (
	errUnasked      = errors.New("the server sent a reply where none was due")
	errTrailing     = errors.New("the server sent more than its reply")
	errInconsistent = errors.New("the lines of a reply have different codes")
	errTooLong      = errors.New("the reply is too long")
	errNotSMTP      = errors.New("this is no reply of a mail server")
)

// readReply reads one reply: RFC 5321 section 4.2. The code is kept as soon as
// it is certain, so that a verdict counts whose text was cut.
func readReply(r *bufio.Reader) reply {
	var rep reply
	for left := maxReply; rep.err == nil; {
		line, err := readReplyLine(r, &rep, min(left, maxReplyLine))
		left -= len(line)
		if err != nil {
			rep.err = err
		}
		last := len(line) < 4 || line[3] != '-'
		if rep.code != 0 {
			line = line[min(4, len(line)):]
		}
		rep.lines = append(rep.lines, string(line))
		if last {
			return rep
		}
	}
	return rep
}

// readReplyLine returns a line without its end, and sets the code of rep from it.
func readReplyLine(r *bufio.Reader, rep *reply, limit int) ([]byte, error) {
	var line []byte
	for {
		c, err := r.ReadByte()
		if err != nil {
			return line, err
		}
		if len(line) == 3 {
			if err := rep.setCode(line, c); err != nil {
				rest, _ := r.Peek(min(r.Buffered(), 80))
				return append(append(line, c), rest...), err
			}
		}
		if c == '\n' {
			return endReplyLine(line, rep)
		}
		if len(line) == limit {
			return line, errTooLong
		}
		line = append(line, c)
	}
}

func endReplyLine(line []byte, rep *reply) ([]byte, error) {
	if len(line) < 3 {
		return line, rep.refuse(errNotSMTP)
	}
	text, ok := bytes.CutSuffix(line, []byte("\r"))
	rep.odd = rep.odd || !ok || len(text) == 3
	return text, nil
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
	if len(rep.lines) == 0 {
		return ""
	}
	status, _, _ := strings.Cut(strings.TrimLeft(rep.lines[0], " \t"), " ")
	parts := strings.Split(status, ".")
	if len(parts) != 3 || parts[0] != fmt.Sprint(rep.code/100) || !isNumber(parts[1]) || !isNumber(parts[2]) {
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
	words := make([]string, len(rep.lines))
	for i, line := range rep.lines {
		words[i] = strings.TrimPrefix(strings.TrimSpace(line), status)
	}
	return cleanText(strings.Join(words, " "))
}
