package host

import (
	"bytes"
	"context"
	"net"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

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
