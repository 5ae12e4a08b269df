package host

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
)

// A relay is a server that keeps the rules, in a bubble of testing/synctest: what it
// takes over all its connections, until a test makes it do something else.
type relay struct {
	mode    mode
	instead func(s *relaySession, line string) string // what to say to a command, or do (see fault); "" is as usual

	mu       sync.Mutex
	sessions []*relaySession
	taken    []Envelope // those that were agreed to
	waits    bool       // the client may have to wait
}

// A relaySession is one connection.
type relaySession struct {
	*relay
	conn  net.Conn
	r     *bufio.Reader
	heard *bytes.Buffer // all that the client has said
	now   *Envelope     // of the transaction
	mails int           // begun
}

func (r *relay) dial(context.Context) (net.Conn, error) {
	client, server := net.Pipe()
	heard := &bytes.Buffer{}
	s := &relaySession{relay: r, conn: server, r: bufio.NewReaderSize(io.TeeReader(server, heard), 128<<10), heard: heard}
	r.mu.Lock()
	r.sessions = append(r.sessions, s)
	r.mu.Unlock()
	go s.serve()
	return client, nil
}

func (s *relaySession) serve() {
	defer s.conn.Close()
	line := ""
	for s.say(s.answer(line)) {
		var err error
		if line, err = s.r.ReadString('\n'); err != nil {
			return
		}
		line = strings.TrimSuffix(line, "\r\n")
	}
}

// say returns false where that was the last.
func (s *relaySession) say(answer string) bool {
	switch answer {
	case "close":
		return false
	case "hang":
		s.wait()
		io.Copy(io.Discard, s.r)
		return false
	}
	_, err := io.WriteString(s.conn, answer+"\r\n")
	return err == nil && !strings.HasPrefix(answer, "221") && !strings.HasPrefix(answer, "421")
}

func (s *relaySession) answer(line string) string {
	word, arg, _ := strings.Cut(line, " ")
	var content []byte
	if word == "BDAT" {
		size, _ := strconv.Atoi(strings.TrimSuffix(arg, " LAST"))
		content = make([]byte, size)
		if _, err := io.ReadFull(s.r, content); err != nil {
			return "close"
		}
	}
	if answer := s.fault(line); answer != "" {
		if word == "BDAT" {
			s.now = nil
		}
		return answer
	}
	switch word {
	case "":
		return "220 mx.example"
	case "EHLO":
		return strings.Join(append([]string{"250-mx.example"}, s.mode.keywords()...), "\r\n250-") + "\r\n250 HELP"
	case "RSET":
		s.now = nil
	case "MAIL":
		return s.mail(arg)
	case "RCPT":
		return s.rcpt(arg)
	case "DATA":
		return s.data()
	case "BDAT":
		return s.end(content)
	case "QUIT":
		return "221 bye"
	}
	return "250 ok"
}

// fault returns what to say instead. "close" hangs up, "hang" says nothing ever more,
// "stray" says something before what is due.
func (s *relaySession) fault(line string) string {
	if s.instead == nil {
		return ""
	}
	s.mu.Lock() // the next connection may begin before this one has ended
	answer := s.instead(s, line)
	s.mu.Unlock()
	if answer == "stray" {
		s.wait() // in the end it may take commands for content, and the client wait for answers
		s.say("250 2.0.0 stray")
		return ""
	}
	return answer
}

// wait notes that the client may have to wait.
func (s *relaySession) wait() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waits = true
}

func (s *relaySession) mail(arg string) string {
	if s.now != nil {
		return "503 5.5.1 there is one already"
	}
	s.mails++
	s.now = &Envelope{From: between(arg)}
	return "250 2.1.0 ok"
}

func (s *relaySession) rcpt(arg string) string {
	if s.now == nil {
		return "503 5.5.1 MAIL first"
	}
	if strings.HasPrefix(between(arg), "550") {
		return "550 5.1.1 unknown"
	}
	s.now.To = append(s.now.To, between(arg))
	return "250 2.1.5 ok"
}

func (s *relaySession) data() string {
	if s.now == nil || len(s.now.To) == 0 {
		return "554 5.5.1 no valid recipients"
	}
	if !s.say("354 go") {
		return "close"
	}
	var content []byte
	for {
		line, err := s.r.ReadBytes('\n')
		switch {
		case err != nil:
			return "close"
		case string(line) == ".\r\n":
			if answer := s.fault("."); answer != "" {
				s.now = nil
				return answer
			}
			return s.end(content)
		}
		content = append(content, bytes.TrimPrefix(line, []byte("."))...)
	}
}

func (s *relaySession) end(content []byte) string {
	if s.now == nil || len(s.now.To) == 0 {
		return "503 5.5.1 no valid recipients"
	}
	s.now.Data = content
	s.mu.Lock()
	s.taken = append(s.taken, *s.now)
	s.mu.Unlock()
	s.now = nil
	return "250 2.0.0 queued"
}

// took returns how often the relay agreed to a mail.
func (r *relay) took(e *Envelope) int {
	n := 0
	for _, t := range r.taken {
		if bytes.Equal(t.Data, e.Data) {
			n++
		}
	}
	return n
}

// heardWhole returns how often a mail arrived to its last byte.
func (r *relay) heardWhole(e *Envelope) int {
	n, whole := 0, string(e.Data)
	if r.mode != chunked {
		whole = stuffed(whole)
	}
	for _, s := range r.sessions {
		n += strings.Count(s.heard.String(), whole)
	}
	return n
}

// numberedMails returns a batch of mails that can be told apart, each of its own sender.
func numberedMails(n int) []*Envelope {
	batch := make([]*Envelope, n)
	for i := range batch {
		batch[i] = &Envelope{
			From: fmt.Sprintf("s%d@x.example", i),
			To:   []string{fmt.Sprintf("r%d@y.example", i)},
			Data: fmt.Appendf(nil, "Subject: mail %d\r\n\r\n%s\r\n.\r\n", i, strings.Repeat("x", 500)),
		}
	}
	return batch
}
