package host

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/emersion/go-sasl"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

// A protocol log shows commands and replies, and neither credentials nor contents.
func TestTrace(t *testing.T) {
	server := standardServer()
	server["ehlo"] = "250-mx.example\r\n250 AUTH PLAIN\r\n"
	server["auth"] = "235 2.7.0 welcome\r\n"
	server["rcpt"] = "250 o\x1bk\r\n"
	var log bytes.Buffer
	h := client(t, &SMTP{Addr: "localhost:25", LocalName: "client.example", Trace: &log, dialer: server.dial,
		Auth: func() sasl.Client { return sasl.NewPlainClient("", "user", "hunter2") }})
	require.Equal(t, "delivered", outcomes(sendOne(t, h, envelope("b@y.example"))))
	require.NoError(t, h.Close())
	var lines []string
	for line := range strings.Lines(log.String()) {
		stamp := regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z 1 `)
		require.Regexp(t, stamp, line)
		lines = append(lines, strings.TrimSpace(stamp.ReplaceAllString(line, "")))
	}
	require.Equal(t, []string{
		"* connected to localhost:25", "S 220 mx.example", "C EHLO client.example", "S 250 mx.example", "S 250 AUTH PLAIN",
		"C AUTH PLAIN (hidden)", "S 235 2.7.0 welcome", "C MAIL FROM:<a@x.example>", "S 250 ok", "C RCPT TO:<b@y.example>",
		`S 250 o\x1bk`, "C DATA", "S 354 go", "C (44 bytes of content)", "S 250 ok", "C QUIT", "S 221 bye", "* closed",
	}, lines)
}

// The corpus has what must never show. AUTH exchanges of two steps and of one.
func TestTraceHasNoSecrets(t *testing.T) {
	for _, client := range []sasl.Client{
		sasl.NewPlainClient("", "user", "hunter2"), sasl.NewLoginClient("user", "hunter2"),
		sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{Username: "user", Token: "ya29.TOKEN"}),
	} {
		server := standardServer()
		server["ehlo"] = "250-mx.example\r\n250 AUTH PLAIN LOGIN OAUTHBEARER\r\n"
		server["auth"] = "334 " + "UGFzc3dvcmQ6" + "\r\n"
		server["dxnl"] = server["auth"] // the name, in the form of a command
		server["ahvu"] = "535 5.7.8 no\r\n"
		server["*"] = "501 5.7.0 cancelled\r\n"
		var log bytes.Buffer
		h := &SMTP{Addr: "localhost:25", Trace: &log, dialer: server.dial, Auth: func() sasl.Client { return client }}
		require.Equal(t, "unreachable", outcomes(sendOne(t, h, envelope("b@y.example"))))
		require.NoError(t, h.Close())
		require.Contains(t, log.String(), "AUTH")
		for _, row := range corpus(t, "secrets.txt") {
			if secret := unquote(t, row[1]); !strings.Contains("AUTH user", secret) {
				require.NotContains(t, log.String(), secret, row[0])
			}
		}
		for _, secret := range []string{"hunter2", "aHVudGVyMg", "TOKEN", "WWEyOS5UT0tFTg"} {
			require.NotContains(t, log.String(), secret)
		}
	}
}

func TestTraceLines(t *testing.T) {
	var log bytes.Buffer
	tr := (&tracer{w: &log}).begin("relay:25")
	tr.line('S', []byte(strings.Repeat("x", 5000)))
	require.Contains(t, log.String(), " S "+strings.Repeat("x", maxTraced)+"...\n")
	tr.line('S', []byte("a\nb\rc\u202e\xff \"'\\"))
	require.False(t, strings.ContainsFunc(strings.ReplaceAll(log.String(), "\n", ""), func(r rune) bool { return !unicode.IsPrint(r) }))
	var none *trace
	none.said([]byte("x"))
	none.heard(&reply{code: 250})
	none.hide(true)
	none.ended()
}

// A chunk is told by its command.
func TestTraceOfAChunk(t *testing.T) {
	var log bytes.Buffer
	srv := startServer(t, &hosttest.Server{})
	h := client(t, &SMTP{Addr: srv.Addr, Trace: &log})
	require.Equal(t, "delivered", outcomes(sendOne(t, h, envelope("b@y.example"))))
	require.NoError(t, h.Close())
	require.Contains(t, log.String(), " C BDAT 44 LAST (44 bytes of content)\n")
	require.NotContains(t, log.String(), "hello")
}

// Connections write whole lines, whoever else writes.
func TestTraceSideBySide(t *testing.T) {
	log := &lineWriter{t: t}
	tr := &tracer{w: log}
	var conns sync.WaitGroup
	for range 8 {
		conns.Go(func() {
			c := tr.begin("relay:25")
			for range 100 {
				c.said([]byte("NOOP"))
			}
		})
	}
	conns.Wait()
	require.Equal(t, 8*101, log.lines)
}

type lineWriter struct {
	t     *testing.T
	lines int
}

func (w *lineWriter) Write(p []byte) (int, error) {
	require.Equal(w.t, 1, bytes.Count(p, []byte("\n")))
	w.lines++
	return len(p), nil
}
