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
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

// Mails of 10 MB, as they are, between small ones.
func TestBigMailsInEachMode(t *testing.T) {
	ignored := map[mode][]string{lockstep: {"PIPELINING"}, pipelined: {"CHUNKING"}, chunked: nil}
	for _, m := range allModes {
		t.Run(m.String(), func(t *testing.T) {
			srv := startServer(t, &hosttest.Server{MaxBytes: 20 << 20})
			h := client(t, &SMTP{Addr: srv.Addr, Ignore: ignored[m]})
			batch := numberedMails(6)
			line := strings.Repeat("x", 70) + "\r\n"
			for _, i := range []int{0, 3, 4} {
				batch[i].Data = fmt.Appendf(nil, "Subject: big %d\r\n\r\n.\r\n%s..\r\n", i, strings.Repeat(line, 10<<20/len(line)))
			}
			for _, reports := range send(t, h, t.Context(), batch...) {
				require.Equal(t, "delivered", outcomes(reports), reports[0].Text)
			}
			require.Equal(t, 1, srv.Conns())
			mails := srv.Mails()
			require.Len(t, mails, len(batch))
			for i, m := range mails {
				require.True(t, bytes.Equal(batch[i].Data, m.Data), "mail %d", i)
				require.Equal(t, batch[i].From, m.From)
			}
		})
	}
}

// narrow makes what a connection has room for small.
func narrow(t *testing.T, conn net.Conn) net.Conn {
	tcp := conn.(*net.TCPConn)
	require.NoError(t, tcp.SetReadBuffer(16<<10))
	require.NoError(t, tcp.SetWriteBuffer(16<<10))
	return conn
}

// A server that reads nothing while its words are not taken, and has much to say,
// meets a client that has much to say too: none waits for the other for ever. A pipe
// has no buffer at all, a socket a small one.
func TestBothBuffersFull(t *testing.T) {
	inBubbles(t, func(t *testing.T, m mode) {
		near, far := net.Pipe()
		crowd(t, m, numberedMails(20), near, far)
	})
	t.Run("sockets", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer l.Close()
		near, err := net.Dial("tcp", l.Addr().String())
		require.NoError(t, err)
		far, err := l.Accept()
		require.NoError(t, err)
		crowd(t, chunked, numberedMails(3), narrow(t, near), narrow(t, far))
	})
}

// crowd sends mails to several recipients over a connection.
func crowd(t *testing.T, m mode, batch []*Envelope, near, far net.Conn) {
	served := make(chan error, 1)
	go func() { served <- serveAtLength(far, m) }()
	h := &SMTP{Addr: "localhost:25", MaxConns: 1, dialer: func(context.Context) (net.Conn, error) { return near, nil }}
	for i := range batch {
		batch[i].Data = append(batch[i].Data, strings.Repeat("yyyyyyyy\r\n", 6000)...)
		for k := range 5 {
			batch[i].To = append(batch[i].To, fmt.Sprintf("k%d@y.example", k))
		}
	}
	for _, reports := range send(t, h, t.Context(), batch...) {
		require.Equal(t, Delivered, reports[0].Outcome, reports[0].Text)
	}
	require.NoError(t, h.Close())
	require.NoError(t, <-served)
}

// serveAtLength agrees to all that is said, in replies of 16 KB.
func serveAtLength(conn net.Conn, m mode) error {
	defer conn.Close()
	r := bufio.NewReader(conn)
	at := func(code int) error {
		_, err := fmt.Fprintf(conn, "%s%d that is all\r\n", strings.Repeat(fmt.Sprintf("%d-%s\r\n", code, strings.Repeat("z", 76)), 200), code)
		return err
	}
	if err := at(220); err != nil {
		return err
	}
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return err
		}
		code := 250
		switch word, arg, _ := strings.Cut(strings.TrimSpace(line), " "); word {
		case "EHLO":
			if _, err := fmt.Fprintf(conn, "250-mx.example\r\n250-%s\r\n", strings.Join(m.keywords(), "\r\n250-")); err != nil {
				return err
			}
		case "BDAT":
			n, _ := strconv.ParseInt(strings.TrimSuffix(arg, " LAST"), 10, 64)
			if _, err := io.CopyN(io.Discard, r, n); err != nil {
				return err
			}
		case "DATA":
			if err := at(354); err != nil {
				return err
			}
			for line = ""; err == nil && line != ".\r\n"; {
				line, err = r.ReadString('\n')
			}
		case "QUIT":
			return at(221)
		}
		if err := at(code); err != nil {
			return err
		}
	}
}
