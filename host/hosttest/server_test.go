package hosttest

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"
)

func start(t testing.TB, s *Server) *Server {
	require.NoError(t, s.Start())
	t.Cleanup(func() { s.Close() })
	return s
}

// within bounds a wait that should not be one.
func within(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func dial(t testing.TB, s *Server) *smtp.Client {
	c, err := smtp.Dial(s.Addr)
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	return c
}

func send(t testing.TB, c *smtp.Client, from, to, body string) {
	require.NoError(t, c.SendMail(from, []string{to}, strings.NewReader(body)))
}

func TestServerKeepsWhatItReceives(t *testing.T) {
	s := start(t, &Server{})
	c := dial(t, s)
	body := "Subject: x\r\n\r\n.dot\r\n..\r\nend\r\n"
	require.NoError(t, c.SendMail("a@x.example", []string{"b@y.example", "c@y.example"}, strings.NewReader(body)))
	send(t, dial(t, s), "", "d@y.example", "\r\n")

	mails, err := s.Wait(within(t), 2)
	require.NoError(t, err)
	require.Equal(t, mails, s.Mails())
	require.Len(t, mails, 2)
	require.Equal(t, "a@x.example", mails[0].From)
	require.Equal(t, []string{"b@y.example", "c@y.example"}, mails[0].To)
	require.Equal(t, body, string(mails[0].Data))
	require.WithinDuration(t, time.Now(), mails[0].At, time.Hour)
	require.Equal(t, 1, mails[0].Conn)
	require.Equal(t, "", mails[1].From)
	require.Equal(t, 2, mails[1].Conn)
	require.Equal(t, 2, s.Conns())
}

func TestServerRefusesMailThatIsTooLarge(t *testing.T) {
	s := start(t, &Server{MaxBytes: 10})
	err := dial(t, s).SendMail("a@x.example", []string{"b@x.example"}, strings.NewReader("far too long\r\n"))
	require.ErrorContains(t, err, "552")
	require.Empty(t, s.Mails())
}

func TestServerDropsTheOldest(t *testing.T) {
	s := start(t, &Server{Keep: 2})
	c := dial(t, s)
	for i := range 4 {
		send(t, c, "a@x.example", fmt.Sprintf("b%d@x.example", i), "\r\n")
	}
	mails, err := s.Wait(within(t), 4)
	require.NoError(t, err)
	require.Len(t, mails, 2)
	require.Equal(t, []string{"b2@x.example"}, mails[0].To)
}

func TestServerBoundsTheBytesItKeeps(t *testing.T) {
	s := &Server{}
	for range 3 {
		require.NoError(t, s.receive(nil, &Mail{Data: make([]byte, maxKeptBytes/2)}, accepted))
	}
	require.Len(t, s.Mails(), 2)
}

func TestServerComesBackAtItsAddress(t *testing.T) {
	s := start(t, &Server{})
	addr := s.Addr
	send(t, dial(t, s), "a@x.example", "b@x.example", "\r\n")
	require.ErrorContains(t, s.Start(), "already running")
	require.NoError(t, s.Close())
	require.NoError(t, s.Close(), "twice")
	_, err := net.Dial("tcp", addr)
	require.Error(t, err, "nothing listens")

	require.NoError(t, s.Start())
	require.Equal(t, addr, s.Addr)
	send(t, dial(t, s), "a@x.example", "c@x.example", "\r\n")
	require.Len(t, s.Mails(), 2)
}

func TestServerCannotListen(t *testing.T) {
	s := start(t, &Server{})
	require.ErrorContains(t, (&Server{Addr: s.Addr}).Start(), "hosttest: cannot listen")
}

// halfAMail says a mail but for its end.
const halfAMail = "C: MAIL FROM:<a@x.example>\nS: 250\nC: RCPT TO:<b@x.example>\nS: 250\nC: DATA\nS: 354\nC: half a mail"

func TestCloseCutsConnections(t *testing.T) {
	s := start(t, &Server{})
	c := greeted(t, s)
	c.do(halfAMail)
	require.NoError(t, s.Close())
	_, err := io.ReadAll(c)
	if err == nil {
		return // an end of file: what go-smtp says in farewell may come first
	}
	require.ErrorContains(t, err, "reset")
}

func TestHalfAMailIsNotReceived(t *testing.T) {
	s := start(t, &Server{})
	c := greeted(t, s)
	c.do(halfAMail)
	require.NoError(t, c.Close())
	closed(t, s)
	require.Empty(t, s.Mails())
}

func TestAMailThatEndsAfterCloseIsRefused(t *testing.T) {
	s := start(t, &Server{})
	over := s.run
	require.NoError(t, s.Close())
	require.Error(t, s.receive(over, &Mail{}, accepted))
	require.Empty(t, s.Mails())
}

func TestConnectionsInExcessWait(t *testing.T) {
	s := start(t, &Server{MaxConns: 1})
	first := greeted(t, s)
	second := connect(t, s)
	first.do("C: NOOP\nS: 250")
	require.Equal(t, 1, s.Conns())
	require.NoError(t, first.Close())
	second.hear("220")
	require.Equal(t, 2, s.Conns())
}

func TestWaitEndsWithItsContext(t *testing.T) {
	s := start(t, &Server{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Wait(ctx, 1)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "0 of 1")
	_, err = s.Wait(ctx, 0)
	require.NoError(t, err)
}
