package host

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/textproto"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

func TestCheckContent(t *testing.T) {
	tests := []struct {
		name, data string
		want       content
		err        string
	}{
		{"plain", plainMail, content{}, ""},
		{"no header", "\r\n", content{}, ""},
		{"line of 998", strings.Repeat("x", 998) + "\r\n", content{}, ""},
		{"8-bit body", "A: b\r\n\r\n\xff\r\n", content{eightBit: true}, ""},
		{"8-bit header", "A: \xc3\xb6\r\n\r\nx\r\n", content{eightBit: true, utf8Header: true}, ""},
		{"8-bit header without a body", "A: \xc3\xb6\r\n", content{eightBit: true, utf8Header: true}, ""},
		{"NEL and VT", "A: b\r\n\r\nx\u0085.\u0085\v.\v\r\n", content{eightBit: true}, ""},
		{"empty", "", content{}, "it is empty"},
		{"line of 999", "x\r\n" + strings.Repeat("x", 999) + "\r\n", content{}, "line 2 is longer than 998 bytes"},
		{"bare LF", "a\nb\r\n", content{}, "line 1 does not end with CRLF"},
		{"LF first", "\nb\r\n", content{}, "line 1 does not end with CRLF"},
		{"bare CR", "a\r\nb\rc\r\n", content{}, "line 2 has a CR within it"},
		{"CR CR LF", "a\r\r\n", content{}, "line 1 has a CR within it"},
		{"NUL", "a\x00\r\n", content{}, "line 1 has a NUL within it"},
		{"no end", "a\r\nb", content{}, "line 2 does not end with CRLF"},
		{"CR at the end", "a\r\nb\r", content{}, "line 2 does not end with CRLF"},
		{"LF CR", "a\n\r", content{}, "line 1 does not end with CRLF"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, err := checkContent([]byte(test.data))
			if test.err != "" {
				require.EqualError(t, err, test.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.want.eightBit, c.eightBit)
			require.Equal(t, test.want.utf8Header, c.utf8Header)
		})
	}
}

// wiretap keeps what a client writes.
type wiretap struct {
	net.Conn
	mu   *sync.Mutex
	said *bytes.Buffer
}

func (w wiretap) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said.Write(p)
	return w.Conn.Write(p)
}

// TestSmuggling sends what tries to end a mail early: it is refused unsaid, or
// it is one mail for the server and on the wire.
func TestSmuggling(t *testing.T) {
	for _, row := range corpus(t, "smuggling.txt") {
		if row[1] != "body-text" {
			continue // subjects are the composer's
		}
		body := payload(t, row[2])
		require.Equal(t, "one-message", row[3])
		normal := strings.NewReplacer("\r\n", "\r\n", "\r", "\r\n", "\n", "\r\n", "\x00", "").Replace(body)
		for form, data := range map[string]string{
			"verbatim":   "Subject: x\r\n\r\n" + body,
			"with end":   "Subject: x\r\n\r\n" + body + "\r\n",
			"normalised": "Subject: x\r\n\r\n" + normal + "\r\n",
			"first line": normal + "\r\n",
		} {
			t.Run(row[0]+" "+form, func(t *testing.T) {
				outcome := requireOneMail(t, data)
				if form == "normalised" {
					require.Equal(t, Delivered, outcome)
				}
			})
		}
	}
}

func requireOneMail(t *testing.T, data string) Outcome {
	requireOneChunk(t, data)
	srv := startServer(t, &hosttest.Server{})
	tap := wiretap{mu: &sync.Mutex{}, said: &bytes.Buffer{}}
	p := &pool{network: "tcp", addr: srv.Addr, timeouts: Timeouts{}.withDefaults()}
	h := client(t, &SMTP{Addr: srv.Addr, Ignore: []string{"CHUNKING"}, dialer: func(ctx context.Context) (net.Conn, error) {
		conn, err := p.dial(ctx)
		return wiretap{conn, tap.mu, tap.said}, err
	}})
	r := sendOne(t, h, &Envelope{From: "a@x.example", To: []string{"b@y.example"}, Data: []byte(data)})[0]
	h.Close()
	if r.Outcome == Permanent {
		require.Zero(t, r.Code)
		require.Empty(t, tap.said.String())
		require.Zero(t, srv.Conns())
		return Permanent
	}
	require.Equal(t, Delivered, r.Outcome, r.Text)
	_, wire, _ := strings.Cut(tap.said.String(), "DATA\r\n")
	wire, ok := strings.CutSuffix(wire, "QUIT\r\n")
	require.True(t, ok)
	require.Equal(t, 1, strings.Count("\r\n"+wire, "\r\n.\r\n"))
	require.True(t, strings.HasSuffix(wire, "\r\n.\r\n"))
	require.NotContains(t, strings.ReplaceAll(wire, "\r\n", ""), "\r")
	require.NotContains(t, strings.ReplaceAll(wire, "\r\n", ""), "\n")
	require.Len(t, srv.Mails(), 1)
	require.Equal(t, data, string(srv.Mails()[0].Data))
	return Delivered
}

// requireOneChunk sends data as a chunk, of which the server is told the length.
func requireOneChunk(t *testing.T, data string) {
	srv := startServer(t, &hosttest.Server{})
	h := client(t, &SMTP{Addr: srv.Addr})
	r := sendOne(t, h, &Envelope{From: "a@x.example", To: []string{"b@y.example"}, Data: []byte(data)})[0]
	if r.Outcome == Permanent {
		require.Zero(t, srv.Conns())
		return
	}
	require.Len(t, srv.Mails(), 1)
	require.Equal(t, data, string(srv.Mails()[0].Data))
}

// Blocks end between lines, and every dot is stuffed, wherever a block ends.
func TestWriteContentInBlocks(t *testing.T) {
	line := "." + strings.Repeat("x", 60) + "\r\n"
	for _, lines := range []int{1, 1022, 1023, 1024, 1025, 5000} {
		data := strings.Repeat(line, lines)
		require.Equal(t, stuffed(data), written(t, []byte(data)))
	}
}

// written returns what goes over the wire for data.
func written(t testing.TB, data []byte) string {
	near, far := net.Pipe()
	s := newSession(near, testPool())
	s.listen()
	tx := &transaction{d: &delivery{content: content{data: data}}}
	got := make(chan string)
	go func() {
		b, _ := io.ReadAll(far)
		got <- string(b)
	}()
	s.sayContent(tx)
	require.NoError(t, s.flush())
	require.True(t, tx.sent(s))
	s.leave(cutOff)
	s.finish()
	return <-got
}

func FuzzContent(f *testing.F) {
	for _, data := range []string{
		plainMail, "\r\n", ".\r\n", "a\r\n..\r\n.b\r\n", "a\n.\r\n", "a\r.\r\n", "\xff\r\n", "a\x00\r\n", "a",
	} {
		f.Add([]byte(data))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := checkContent(data)
		if err != nil {
			return
		}
		require.Equal(t, !isASCII(data), c.eightBit)
		wire := written(t, data)
		require.Equal(t, stuffed(string(data)), wire)
		require.Equal(t, 1, strings.Count("\r\n"+wire, "\r\n.\r\n"))
		lines, err := textproto.NewReader(bufio.NewReader(strings.NewReader(wire))).ReadDotLines()
		require.NoError(t, err)
		require.Equal(t, string(data), strings.Join(append(lines, ""), "\r\n"))
	})
}

func TestCheckData(t *testing.T) {
	require.NoError(t, CheckData([]byte("Subject: s\r\n\r\nx\r\n")))
	require.EqualError(t, CheckData([]byte("a\r\nb\n")), "host: the data cannot be sent: line 2 does not end with CRLF")
}
