package host

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
)

// A content is the data of a mail and what it asks of a server.
type content struct {
	data       []byte
	eightBit   bool // a byte over 127: RFC 6152
	utf8Header bool // one in the header: RFC 6532. Headers of parts are not looked at
}

// maxLine is RFC 5322 section 2.1.1, without the line's end.
const maxLine = 998

// CheckData returns an error where data cannot be sent as the Data of an Envelope:
// it is empty, a line does not end with CRLF, is longer than 998 bytes, or has a
// CR or NUL within it. Send reports such a mail as Permanent.
func CheckData(data []byte) error {
	if _, err := checkContent(data); err != nil {
		return fmt.Errorf("host: the data cannot be sent: %w", err)
	}
	return nil
}

// checkContent refuses what servers disagree about: where some see a line's end
// in a bare CR or LF, a mail can be made to end early and another to begin.
func checkContent(data []byte) (content, error) {
	c := content{data: data}
	header := true
	for n := 1; len(data) > 0; n++ {
		end := bytes.IndexByte(data, '\n')
		if end < 1 || data[end-1] != '\r' {
			return c, fmt.Errorf("line %d does not end with CRLF", n)
		}
		line := data[:end-1]
		if err := checkLine(line); err != nil {
			return c, fmt.Errorf("line %d %w", n, err)
		}
		header = header && len(line) > 0
		if !isASCII(line) {
			c.eightBit = true
			c.utf8Header = c.utf8Header || header
		}
		data = data[end+1:]
	}
	if len(c.data) == 0 {
		return c, errors.New("it is empty")
	}
	return c, nil
}

func checkLine(line []byte) error {
	switch {
	case len(line) > maxLine:
		return fmt.Errorf("is longer than %d bytes", maxLine)
	case bytes.IndexByte(line, '\r') >= 0:
		return errors.New("has a CR within it")
	case bytes.IndexByte(line, 0) >= 0:
		return errors.New("has a NUL within it")
	}
	return nil
}

// blockSize is how much content goes into one write.
const blockSize = 64 << 10

// sayContent says the content of a transaction, which checkContent has passed.
// What is longer than a block is written on the way, until the server says
// something.
func (s *session) sayContent(t *transaction) {
	t.wanted, t.said, t.end = false, true, math.MaxInt64
	if t.chunk {
		s.sayChunk(t)
	} else {
		s.sayLines(t)
	}
	if s.failed {
		return
	}
	t.end = s.position()
	s.asking += t.verdicts(s.pool.lmtp)
	s.trace.content(t)
}

// sayChunk is RFC 3030 section 2.
func (s *session) sayChunk(t *transaction) {
	data := t.d.data
	s.out = append(s.out, "BDAT "...)
	s.out = strconv.AppendInt(s.out, int64(len(data)), 10)
	s.out = append(s.out, " LAST\r\n"...)
	if len(data) > blockSize {
		if s.flush() != nil {
			return
		}
		for ; len(data) > blockSize; data = data[blockSize:] {
			if s.write(data[:blockSize]) != nil {
				return
			}
		}
	}
	s.out = append(s.out, data...)
}

// sayLines stuffs dots (RFC 5321 section 4.5.2) and ends with one.
func (s *session) sayLines(t *transaction) {
	for data := t.d.data; len(data) > 0; {
		end := bytes.IndexByte(data, '\n') + 1
		if len(s.out)+1+end+len(".\r\n") > blockSize && s.flush() != nil {
			return
		}
		if data[0] == '.' {
			s.out = append(s.out, '.')
		}
		s.out = append(s.out, data[:end]...)
		data = data[end:]
	}
	s.out = append(s.out, ".\r\n"...)
}
