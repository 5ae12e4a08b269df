package host

import (
	"errors"
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
