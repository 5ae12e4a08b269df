package host

import (
	"bytes"
	"errors"
	"fmt"
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

// writeContent sends data, which checkContent has passed, with its dots
// stuffed (RFC 5321 section 4.5.2) and the final dot. It stops when the server
// says something. It returns whether it tried the write that holds the end of
// CRLF.CRLF, and whether all was written.
func (s *session) writeContent(data []byte) (last, ok bool) {
	block := s.block[:0]
	for len(data) > 0 {
		end := bytes.IndexByte(data, '\n') + 1
		if len(block)+1+end+len(".\r\n") > blockSize {
			if s.write(block, s.timeouts.Block) != nil {
				return false, false
			}
			block = block[:0]
		}
		if data[0] == '.' {
			block = append(block, '.')
		}
		block = append(block, data[:end]...)
		data = data[end:]
	}
	s.block = append(block, ".\r\n"...)
	s.owed.Add(1)
	err := s.write(s.block, s.timeouts.Block)
	return err != errUnasked, err == nil
}
