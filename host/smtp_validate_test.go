package host

import (
	"crypto/tls"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestValidate(t *testing.T) {
	tests := []struct {
		name string
		h    *SMTP
		errs []string // none: it is valid
	}{
		{"address alone", &SMTP{Addr: "localhost:25"}, nil},
		{"IPv4", &SMTP{Addr: "127.1.2.3:2525"}, nil},
		{"IPv6", &SMTP{Addr: "[::1]:25"}, nil},
		{"IPv4 in IPv6", &SMTP{Addr: "[::ffff:127.0.0.1]:25"}, nil},
		{"a name, which is looked up later", &SMTP{Addr: "smtp.example.com:25"}, nil},
		{"an IDN", &SMTP{Addr: "b\u00fccher.example:25"}, nil},
		{"no address", &SMTP{}, []string{"host: Addr is empty"}},
		{"no port", &SMTP{Addr: "localhost"}, []string{`host: Addr "localhost" is not host:port`}},
		{"no host", &SMTP{Addr: ":25"}, []string{"no name"}},
		{"named port", &SMTP{Addr: "localhost:smtp"}, []string{"no port from 1 to 65535"}},
		{"port 0", &SMTP{Addr: "localhost:0"}, []string{"no port"}},
		{"port too large", &SMTP{Addr: "localhost:65536"}, []string{"no port"}},
		{"port with a sign", &SMTP{Addr: "localhost:+25"}, []string{"no port"}},
		{"space", &SMTP{Addr: "local host:25"}, []string{"no name"}},
		{"line break", &SMTP{Addr: "localhost\r\nQUIT:25"}, []string{"no name"}},
		{"off loopback", &SMTP{Addr: "192.0.2.1:25"}, nil},
		{"off loopback, IPv6", &SMTP{Addr: "[2001:db8::1]:25"}, nil},
		{"TLS", &SMTP{Addr: "192.0.2.1:465", TLS: TLSImplicit, TLSConfig: &tls.Config{}}, nil},
		{"unknown TLS", &SMTP{Addr: "localhost:25", TLS: TLSNone + 1}, []string{"unknown TLSMode(5)"}},
		{"TLS twice", &SMTP{Addr: "localhost:25", TLS: TLSNone, TLSConfig: &tls.Config{}}, []string{"TLSConfig is set"}},
		{"rate", &SMTP{Addr: "localhost:25", Rate: 0.5}, nil},
		{"rate below zero", &SMTP{Addr: "localhost:25", Rate: -1}, []string{"Rate is -1"}},
		{"rate of no number", &SMTP{Addr: "localhost:25", Rate: math.NaN()}, []string{"Rate is NaN"}},
		{"endless rate", &SMTP{Addr: "localhost:25", Rate: math.Inf(1)}, []string{"Rate is +Inf"}},
		{"notifications", &SMTP{Addr: "localhost:25", DSN: DSN{Notify: []string{"FAILURE", "DELAY"}, Return: "HDRS"}}, nil},
		{"unknown notification", &SMTP{Addr: "localhost:25", DSN: DSN{Notify: []string{"NEVER X=1"}}}, []string{"DSN.Notify has \"NEVER X=1\""}},
		{"never and more", &SMTP{Addr: "localhost:25", DSN: DSN{Notify: []string{"DELAY", "NEVER"}}}, []string{"stands alone"}},
		{"ignored", &SMTP{Addr: "localhost:25", Ignore: []string{"CHUNKING", "pipelining"}}, nil},
		{"ignored, misspelt", &SMTP{Addr: "localhost:25", Ignore: []string{"CHUNKS"}}, []string{`Ignore has "CHUNKS"`}},
		{"ignored, though TLS asks for it", &SMTP{Addr: "localhost:25", Ignore: []string{"STARTTLS"}}, []string{`Ignore has "STARTTLS"`}},
		{"unknown return", &SMTP{Addr: "localhost:25", DSN: DSN{Return: "FULL X=1"}}, []string{"DSN.Return"}},
		{"a socket", &SMTP{Addr: "/run/lmtp"}, []string{"is not host:port"}},
		{"local name", &SMTP{Addr: "localhost:25", LocalName: "a b"}, []string{`LocalName "a b"`}},
		{"every mistake", &SMTP{
			Addr: "x", LocalName: "[1]", MaxConns: -1, MaxPerConn: -1, MaxAge: -1, IdleClose: -time.Second, NoopAfter: -1,
			Timeouts: Timeouts{Dial: -1, Greeting: -1, TLS: -1, Command: -1, Data: -1, Block: -1, Verdict: -1, Check: -1, Quit: -1},
		}, []string{"Addr", "LocalName", "MaxConns is -1", "MaxPerConn is -1", "MaxAge", "IdleClose is -1s", "NoopAfter", "Timeouts.Dial",
			"Timeouts.Greeting", "Timeouts.TLS", "Timeouts.Command", "Timeouts.Data", "Timeouts.Block", "Timeouts.Verdict",
			"Timeouts.Check", "Timeouts.Quit"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := test.h.Validate()
			if test.errs == nil {
				require.NoError(t, err)
			}
			for _, text := range test.errs {
				require.ErrorContains(t, err, text)
			}
		})
	}
}

func TestSendWithAMistake(t *testing.T) {
	h := &SMTP{Addr: "192.0.2.1:25", Rate: -1}
	defer h.Close()
	for range 2 {
		r := sendOne(t, h, envelope("b@y.example"))[0]
		require.Equal(t, Unreachable, r.Outcome)
		require.True(t, r.Alarm)
		require.Contains(t, r.Text, "Rate is -1")
	}
	require.NoError(t, (&SMTP{MaxConns: -1}).Close())
}

// What a configuration, or a server's reply, could put where it does not belong.
func TestCommandInjectionCorpus(t *testing.T) {
	for _, row := range corpus(t, "smtp_command_injection.txt") {
		id, slot, value, verdict := row[0], row[1], payload(t, row[2]), row[3]
		t.Run(id, func(t *testing.T) {
			switch slot {
			case "ehlo-name":
				requireLocalName(t, value, verdict)
			case "relay-host":
				require.Equal(t, "reject", verdict)
				require.Error(t, (&SMTP{Addr: value}).Validate())
			case "server-reply-echo":
				server := standardServer()
				server["rcpt"] = value + "\r\n"
				r := sendOne(t, client(t, &SMTP{Addr: "localhost:25", dialer: server.dial}), envelope("b@y.example"))[0]
				require.Equal(t, Permanent, r.Outcome)
				require.LessOrEqual(t, len(r.Text), maxText)
			}
		})
	}
}

func requireLocalName(t *testing.T, name, verdict string) {
	h := &SMTP{Addr: "localhost:25", LocalName: name}
	defer h.Close()
	if verdict == "reject" {
		require.ErrorContains(t, h.Validate(), "LocalName")
		return
	}
	require.NoError(t, h.Validate())
	h.ready(false)
	if verdict == "accept-as-A-label" {
		name = "xn--bcher-kva.example"
	}
	require.Equal(t, name, h.pool.localName)
}
