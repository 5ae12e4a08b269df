package host

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// A scriptedServer plays one connection of a script.
type scriptedServer struct {
	mode  mode
	conn  net.Conn
	raw   net.Conn // below TLS
	r     *bufio.Reader
	left  <-chan struct{} // closed when the client hangs up
	said  bytes.Buffer    // and not yet sent
	ahead bool            // the client goes on without the answers
}

func play(m mode, conn net.Conn, left <-chan struct{}, steps []step) error {
	defer conn.Close()
	s := &scriptedServer{mode: m, conn: conn, raw: conn, r: bufio.NewReader(conn), left: left}
	for i, step := range steps {
		switch err := s.step(step); {
		case err == errBrokenOff && i == len(steps)-1:
			return nil
		case err != nil:
			return fmt.Errorf("step %d, %s %s: %w", i+1, step.word, step.arg, err)
		}
	}
	return s.flush()
}

// flush sends lines that follow each other in one write, so that they arrive
// together.
func (s *scriptedServer) flush() error {
	s.ahead = false
	if s.said.Len() == 0 {
		return nil
	}
	defer s.said.Reset()
	_, err := s.conn.Write(s.said.Bytes())
	return err
}

func (s *scriptedServer) step(step step) error {
	switch {
	case step.word == "S:":
		raw, err := strconv.Unquote(step.arg)
		if err != nil {
			raw = step.arg + "\r\n"
		}
		s.said.WriteString(raw)
		return nil
	case step.word == "NEXT":
		s.ahead = s.mode != lockstep
		return nil
	case !s.held(step):
		if err := s.flush(); err != nil {
			return err
		}
	}
	switch step.word {
	case "C:":
		return s.expect(step.arg + "\r\n")
	case "CONTENT":
		return s.expectContent(contents[step.arg])
	case "READ":
		n, _ := strconv.ParseInt(step.arg, 10, 64)
		_, err := io.CopyN(io.Discard, s.r, n)
		return err
	case "EOF":
		return s.expectEnd()
	case "HANDSHAKE":
		return s.handshake(step.arg)
	}
	return s.event(step)
}

// held returns whether the client has to say this before it hears the answers to
// what it said before.
func (s *scriptedServer) held(step step) bool {
	command, _, _ := strings.Cut(step.arg, " ")
	switch {
	case s.mode == lockstep:
		return false
	case step.word == "CONTENT":
		return s.ahead && s.mode == chunked && len(contents[step.arg]) <= blockSize
	case step.word != "C:":
		return false
	}
	return command == "RCPT" || command == "DATA" || s.ahead && (command == "MAIL" || command == "RSET")
}

func (s *scriptedServer) event(step step) error {
	switch step.word {
	case "ANSWER":
	case "PAUSE":
		pause, err := time.ParseDuration(step.arg)
		time.Sleep(pause) // in a bubble of testing/synctest
		return err
	case "DRIP":
		s.until(time.Second, step.arg+"\r\n", 1)
	case "FLOOD":
		s.until(0, strings.Repeat(step.arg+"\r\n", 1000), len(step.arg)+2)
	case "DRAIN":
		io.Copy(io.Discard, s.r)
	case "WAIT":
		<-s.left
	case "CLOSE":
		return s.conn.Close()
	case "CUT":
		return s.raw.Close()
	case "RESET":
		s.conn.(*net.TCPConn).SetLinger(0)
		return s.conn.Close()
	default:
		return errors.New("unknown word")
	}
	return nil
}

// handshake ends the script, without an error, where the client breaks it off.
func (s *scriptedServer) handshake(certificate string) error {
	conn := tls.Server(&readAhead{s.conn, s.r}, certificates()[certificate])
	if err := conn.Handshake(); err != nil {
		return errBrokenOff
	}
	s.conn, s.r = conn, bufio.NewReader(conn)
	return nil
}

var errBrokenOff = errors.New("no handshake")

// readAhead is a connection of which something was read.
type readAhead struct {
	net.Conn
	r *bufio.Reader
}

func (c *readAhead) Read(p []byte) (int, error) { return c.r.Read(p) }

// until says text, n bytes at a time, until the client hangs up.
func (s *scriptedServer) until(pause time.Duration, text string, n int) {
	for i := 0; ; i = (i + n) % len(text) {
		if _, err := io.WriteString(s.conn, text[i:min(i+n, len(text))]); err != nil {
			return
		}
		if pause > 0 {
			time.Sleep(pause)
		}
	}
}

func (s *scriptedServer) expectContent(content string) error {
	if s.mode == chunked {
		return s.expect(fmt.Sprintf("BDAT %d LAST\r\n%s", len(content), content))
	}
	return s.expect(stuffed(content))
}

func (s *scriptedServer) expect(want string) error {
	got := make([]byte, len(want))
	if n, err := io.ReadFull(s.r, got); err != nil {
		return fmt.Errorf("after %.100q: %w", got[:n], err)
	}
	if string(got) != want {
		return fmt.Errorf("the client said %.200q", got)
	}
	return nil
}

func (s *scriptedServer) expectEnd() error {
	if rest, _ := io.ReadAll(s.r); len(rest) > 0 {
		return fmt.Errorf("the client said %.200q", rest)
	}
	return nil
}

func stuffed(data string) string {
	data = strings.ReplaceAll(data, "\r\n.", "\r\n..")
	if strings.HasPrefix(data, ".") {
		data = "." + data
	}
	return data + ".\r\n"
}
