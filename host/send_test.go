package host

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

func TestMoreThanAHundredRecipients(t *testing.T) {
	srv := startServer(t, &hosttest.Server{})
	h := client(t, &SMTP{Addr: srv.Addr})
	var to []string
	for i := range 250 {
		to = append(to, fmt.Sprintf("u%d@y.example", i))
	}
	to[120] = "550@y.example"
	reports := sendOne(t, h, envelope(to...))
	for i, r := range reports {
		want := Delivered
		if i == 120 {
			want = Permanent
		}
		require.Equal(t, want, r.Outcome)
	}
	var got []string
	for _, m := range srv.Mails() {
		require.LessOrEqual(t, len(m.To), 100)
		got = append(got, m.To...)
	}
	require.Len(t, srv.Mails(), 3)
	require.Equal(t, slices.Delete(to, 120, 121), got)
	require.Equal(t, 1, srv.Conns())
}

func TestSendLeavesEnvelopesAlone(t *testing.T) {
	srv := startServer(t, &hosttest.Server{})
	h := client(t, &SMTP{Addr: srv.Addr})
	e := &Envelope{From: "a@x.example", To: []string{"bad", "b@b\u00fccher.example"}, Data: []byte("A: b\r\n\r\n.x\r\n")}
	before := &Envelope{From: e.From, To: slices.Clone(e.To), Data: bytes.Clone(e.Data)}
	require.Equal(t, "permanent delivered", outcomes(sendOne(t, h, e)))
	require.Equal(t, before, e)
	require.Equal(t, []string{"b@xn--bcher-kva.example"}, srv.Mails()[0].To)
}

func TestLocalRefusals(t *testing.T) {
	tests := []struct {
		name     string
		e        Envelope
		want     string
		enhanced string
		text     string
	}{
		{"recipient", Envelope{To: []string{"b@y> NOTIFY=NEVER"}, Data: []byte("\r\n")}, "permanent", "5.1.3", "no mailbox"},
		{"sender", Envelope{From: "a", To: []string{"b@y", "c@y"}, Data: []byte("\r\n")}, "permanent permanent", "5.1.7", "no domain"},
		{"content", Envelope{To: []string{"b@y"}, Data: []byte("a\n")}, "permanent", "5.6.0", "line 1 does not end with CRLF"},
		{"no content", Envelope{To: []string{"b@y"}}, "permanent", "5.6.0", "it is empty"},
		{"a bad recipient keeps its reason", Envelope{From: "a", To: []string{"b@"}, Data: []byte("\r\n")}, "permanent", "5.1.3", "no domain"},
		{"no recipients", Envelope{Data: []byte("\r\n")}, "", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := client(t, &SMTP{Addr: "localhost:25", dialer: func(context.Context) (net.Conn, error) {
				t.Error("there was a connection")
				return nil, net.ErrClosed
			}})
			reports := sendOne(t, h, &test.e)
			require.Equal(t, test.want, outcomes(reports))
			for _, r := range reports {
				require.Zero(t, r.Code)
				require.Equal(t, test.enhanced, r.Enhanced)
				require.Contains(t, r.Text, test.text)
			}
		})
	}
}

// What the server has not the extensions for has a status that says so.
func TestUnfitMails(t *testing.T) {
	tests := []struct {
		name, content, to, enhanced string
	}{
		{"size", "big", "b@y.example", "5.3.4"},
		{"8 bit", "8bit", "b@y.example", "5.6.3"},
		{"UTF-8 address", "plain", "\u00f6@y.example", "5.6.7"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := standardServer()
			server["ehlo"] = "250-mx.example\r\n250 SIZE 1000\r\n"
			h := client(t, &SMTP{Addr: "localhost:25", dialer: server.dial})
			e := envelope(test.to)
			e.Data = []byte(contents[test.content])
			r := sendOne(t, h, e)[0]
			require.Equal(t, Permanent, r.Outcome)
			require.Zero(t, r.Code)
			require.Equal(t, test.enhanced, r.Enhanced)
			require.Contains(t, r.Text, "localhost:25")
		})
	}
	server := standardServer()
	server["ehlo"] = "250-mx.example\r\n250 8BITMIME\r\n"
	h := client(t, &SMTP{Addr: "localhost:25", dialer: server.dial})
	e := envelope("b@y.example")
	e.Data = []byte(contents["header"])
	require.Equal(t, "5.6.7", sendOne(t, h, e)[0].Enhanced)
}

func TestNothingStartsAfterTheContextHasEnded(t *testing.T) {
	srv := startServer(t, &hosttest.Server{})
	h := client(t, &SMTP{Addr: srv.Addr})
	ctx, cancel := context.WithCancel(t.Context())
	var got []string
	h.Send(ctx, []*Envelope{envelope("b@y.example"), envelope("c@y.example"), envelope("d@y.example")},
		func(_ int, reports []Report) {
			got = append(got, outcomes(reports))
			cancel()
		})
	require.Equal(t, []string{"delivered", "unsent", "unsent"}, got)
	require.Len(t, srv.Mails(), 1)
	require.Equal(t, "unsent", outcomes(send(t, h, ctx, envelope("b@y.example"))[0]))
}

// Until MAIL the context ends what is being done; from then on it does not.
func TestContextEndsInEachPhase(t *testing.T) {
	want := map[string]string{
		"dial": "unsent", "greeting": "unsent", "ehlo": "unsent",
		"mail": "delivered", "rcpt": "delivered", "data": "delivered", "dot": "delivered",
	}
	for phase, outcome := range want {
		t.Run(phase, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				server := standardServer()
				h := &SMTP{Addr: "localhost:25", LocalName: "client.example"}
				h.dialer = func(ctx context.Context) (net.Conn, error) {
					if phase == "dial" {
						<-ctx.Done()
						return nil, ctx.Err()
					}
					return server.dialWith(func(at string) {
						if at == phase {
							cancel()
							time.Sleep(time.Second) // in the bubble: until all else waits
						}
					}), nil
				}
				open := countConns(h)
				if phase == "dial" {
					time.AfterFunc(time.Second, cancel)
				}
				reports := send(t, h, ctx, envelope("b@y.example"), envelope("c@y.example"))
				require.Equal(t, outcome, outcomes(reports[0]), reports[0][0].Text)
				require.Equal(t, "unsent", outcomes(reports[1]))
				require.NoError(t, h.Close())
				require.Zero(t, open.Load())
				time.Sleep(time.Minute) // in the bubble: until the server has ended
			})
		})
	}
}

func TestRelayComesBack(t *testing.T) {
	srv := startServer(t, &hosttest.Server{})
	h := client(t, &SMTP{Addr: srv.Addr})
	require.Equal(t, "delivered", outcomes(sendOne(t, h, envelope("b@y.example"))))
	require.NoError(t, srv.Close())
	for range 2 {
		r := sendOne(t, h, envelope("b@y.example"))[0]
		require.Equal(t, Unreachable, r.Outcome)
		require.Equal(t, srv.Addr, r.Relay)
		require.False(t, r.Alarm)
		require.Contains(t, r.Text, "refused")
	}
	require.NoError(t, srv.Start())
	require.Equal(t, "delivered", outcomes(sendOne(t, h, envelope("b@y.example"))))
}

// A relay that was restarted while connections were idle costs no mail anything.
func TestRelayRestartsUnnoticed(t *testing.T) {
	srv := startServer(t, &hosttest.Server{})
	h := client(t, &SMTP{Addr: srv.Addr})
	for range 5 {
		require.Equal(t, "delivered", outcomes(sendOne(t, h, envelope("b@y.example"))))
		require.NoError(t, srv.Close())
		require.NoError(t, srv.Start())
	}
	require.Equal(t, 5, srv.Conns())
}

// A done that panics leaves the pool as it was.
func TestDonePanics(t *testing.T) {
	srv := startServer(t, &hosttest.Server{})
	h := client(t, &SMTP{Addr: srv.Addr, MaxConns: 1})
	require.Panics(t, func() {
		h.Send(t.Context(), []*Envelope{envelope("b@y.example")}, func(int, []Report) { panic("done") })
	})
	require.Equal(t, "delivered", outcomes(sendOne(t, h, envelope("b@y.example"))))
	require.Equal(t, 1, srv.Conns())
}

func TestDialRefusesAddressesOffLoopback(t *testing.T) {
	tests := map[string]bool{
		"127.0.0.1:25": true, "127.255.0.1:25": true, "[::1]:25": true, "[::ffff:127.0.0.1]:25": true,
		"192.0.2.1:25": false, "0.0.0.0:25": false, "[::]:25": false, "[2001:db8::1]:25": false,
		"[::ffff:192.0.2.1]:25": false, "[fe80::1%lo]:25": false, "relay:25": false,
	}
	for address, ok := range tests {
		require.Equal(t, ok, onlyLoopback(t.Context(), "tcp", address, nil) == nil, address)
	}
	p := &pool{addr: "192.0.2.1:25", relay: "relay.example:25", timeouts: Timeouts{}.withDefaults()}
	_, down := p.open(t.Context())
	require.Equal(t, Unreachable, down.Outcome)
	require.True(t, down.Alarm)
	require.Equal(t, "relay.example:25", down.Relay)
	require.Contains(t, down.Text, "TLS, which is not here yet")
}

func TestCannotDial(t *testing.T) {
	tests := []struct {
		name  string
		err   error
		alarm bool
	}{
		{"no such name", &net.DNSError{Err: "no such host", IsNotFound: true}, true},
		{"name server does not answer", &net.DNSError{Err: "timeout", IsTimeout: true}, false},
		{"out of files", fmt.Errorf("dial: %w", syscall.EMFILE), true},
		{"refused", net.UnknownNetworkError("refused"), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			down := (&pool{relay: "relay:25"}).cannotDial(t.Context(), test.err)
			require.Equal(t, Report{Outcome: Unreachable, Text: test.err.Error(), Relay: "relay:25", Alarm: test.alarm}, *down)
		})
	}
}

func TestIntroduction(t *testing.T) {
	for addr, want := range map[string]string{
		"127.0.0.1:25": "[127.0.0.1]", "[::1]:25": "[IPv6:::1]", "[fe80::1%lo]:25": "[IPv6:fe80::1]",
	} {
		a, err := net.ResolveTCPAddr("tcp", addr)
		require.NoError(t, err)
		require.Equal(t, want, literal(a))
	}
	if name := defaultLocalName(); name != "" {
		_, err := parseDomain(name)
		require.NoError(t, err)
	}
}

func TestParseExtensions(t *testing.T) {
	ext := parseExtensions([]string{"mx.example 8BITMIME", "size 1000", "AUTH=LOGIN", "auth PLAIN", "", "X-1\tA  B"})
	require.Equal(t, extensions{"SIZE": "1000", "AUTH": "LOGIN PLAIN", "X-1": "A B"}, ext)
	for parameter, size := range map[string]int64{
		"1000": 1000, "": 0, "0": 0, "-1": 0, "x": 0, "99999999999999999999": 0, "10 20": 0,
	} {
		require.Equal(t, size, extensions{"SIZE": parameter}.size(), parameter)
	}
	require.Zero(t, extensions{}.size())
	require.Empty(t, parseExtensions(nil))
}

func TestCleanText(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"plain", "no such user", "no such user"},
		{"spaces", "  a  b\t\tc ", "a b c"},
		{"line breaks", "a\r\nb\u2028c\u0085d", "a b c d"},
		{"bidi", "a\u202eb", "a b"},
		{"invalid", "a\xff\xfeb", "a\uFFFD\uFFFDb"},
		{"long", strings.Repeat("a", 1000), strings.Repeat("a", maxText)},
		{"long controls", strings.Repeat("\x00", 10000) + "a", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { require.Equal(t, test.want, cleanText(test.text)) })
	}
}

func BenchmarkSend(b *testing.B) {
	srv := startServer(b, &hosttest.Server{Keep: 1})
	h := client(b, &SMTP{Addr: srv.Addr})
	e := envelope("b@y.example")
	e.Data = []byte("Subject: x\r\n\r\n" + strings.Repeat(strings.Repeat("x", 62)+"\r\n", 32))
	batch := []*Envelope{e}
	b.ReportAllocs()
	for b.Loop() {
		h.Send(b.Context(), batch, func(_ int, reports []Report) {
			if reports[0].Outcome != Delivered {
				b.Fatal(reports[0])
			}
		})
	}
}
