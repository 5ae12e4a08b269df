package host

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A script is a dialogue read from testdata. Its lines, in the order in which
// they may come:
//
//	# a comment
//	FROM a@x.example           the sender of the mails that follow. Default a@x.example
//	MAIL plain b@y c@y         a mail of the batch: its content (see contents) and recipients
//	EXPECT delivered/250 …     what becomes of each: outcome, /code where there is one, ! for an alarm, @ for one given up at MAIL
//	SEND 3s                    the mails that follow are another batch, sent so much later
//	CONNECT                    the server accepts a connection. It then does as the lines below say:
//	S: 250 ok                  says this line. In quotes: as a Go string, without CRLF
//	C: DATA                    waits for this line
//	CONTENT plain              waits for this content and its final dot
//	READ 100                   waits for so many bytes
//	PAUSE 1s                   lets time pass
//	DRIP 250 ok                says one byte a second until the client hangs up
//	FLOOD 250-AAAA             says this line until the client hangs up
//	DRAIN                      reads until the client hangs up
//	WAIT                       waits, and reads nothing, until the client hangs up
//	CLOSE, RESET               hangs up
//	EOF                        waits until the client hangs up, and hears nothing more
type script struct {
	batches [][]*Envelope
	pauses  []time.Duration // before each batch
	want    []string
	conns   [][]step
	timed   bool // has a step in which time passes
}

type step struct{ word, arg string }

var contents = map[string]string{
	"plain":  plainMail,
	"dots":   "Subject: dots\r\n\r\n.\r\n..\r\n.x\r\n",
	"8bit":   "Subject: x\r\n\r\n\xc3\xb6\r\n",
	"header": "Subject: \xc3\xb6\r\n\r\nx\r\n",
	"bare":   "Subject: x\r\n\r\nbare\nline\r\n",
	"big":    "Subject: big\r\n\r\n" + strings.Repeat(strings.Repeat("x", 998)+"\r\n", 16<<10),
}

func readScript(t *testing.T, file string) *script {
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	s := &script{batches: [][]*Envelope{nil}, pauses: []time.Duration{0}}
	from := "a@x.example"
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\n")
		word, arg, _ := strings.Cut(line, " ")
		switch last := len(s.batches) - 1; word {
		case "", "#":
		case "FROM":
			from = arg
		case "MAIL":
			words := strings.Fields(arg)
			require.Contains(t, contents, words[0])
			s.batches[last] = append(s.batches[last],
				&Envelope{From: from, To: words[1:], Data: []byte(contents[words[0]])})
		case "EXPECT":
			s.want = append(s.want, arg)
		case "SEND":
			pause, _ := time.ParseDuration(arg)
			s.batches, s.pauses = append(s.batches, nil), append(s.pauses, pause)
			s.timed = s.timed || pause > 0
		case "CONNECT":
			s.conns = append(s.conns, nil)
		default:
			require.NotEmpty(t, s.conns, "%s: %q before CONNECT", file, line)
			s.timed = s.timed || word == "DRIP" || word == "WAIT" || word == "PAUSE"
			s.conns[len(s.conns)-1] = append(s.conns[len(s.conns)-1], step{word, arg})
		}
	}
	return s
}

// A scriptedServer plays one connection of a script.
type scriptedServer struct {
	conn net.Conn
	r    *bufio.Reader
	left <-chan struct{} // closed when the client hangs up
	said bytes.Buffer
}

func play(conn net.Conn, left <-chan struct{}, steps []step) error {
	defer conn.Close()
	s := &scriptedServer{conn: conn, r: bufio.NewReader(conn), left: left}
	for i, step := range steps {
		if err := s.step(step); err != nil {
			return fmt.Errorf("step %d, %s %s: %w", i+1, step.word, step.arg, err)
		}
	}
	return s.flush()
}

// flush sends lines that follow each other in one write, so that they arrive
// together.
func (s *scriptedServer) flush() error {
	if s.said.Len() == 0 {
		return nil
	}
	defer s.said.Reset()
	_, err := s.conn.Write(s.said.Bytes())
	return err
}

func (s *scriptedServer) step(step step) error {
	if step.word == "S:" {
		raw, err := strconv.Unquote(step.arg)
		if err != nil {
			raw = step.arg + "\r\n"
		}
		s.said.WriteString(raw)
		return nil
	}
	if err := s.flush(); err != nil {
		return err
	}
	switch step.word {
	case "C:":
		return s.expect(step.arg + "\r\n")
	case "CONTENT":
		return s.expect(stuffed(contents[step.arg]))
	case "READ":
		n, _ := strconv.ParseInt(step.arg, 10, 64)
		_, err := io.CopyN(io.Discard, s.r, n)
		return err
	case "EOF":
		return s.expectEnd()
	}
	return s.event(step)
}

func (s *scriptedServer) event(step step) error {
	switch step.word {
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
	case "RESET":
		s.conn.(*net.TCPConn).SetLinger(0)
		return s.conn.Close()
	default:
		return errors.New("unknown word")
	}
	return nil
}

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
