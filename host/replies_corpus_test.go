package host

import (
	"bufio"
	"context"
	"encoding/hex"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

// What follows from each row of smtp_replies.txt for a mail to one recipient.
var repliesWant = map[string]string{
	"sr-001": "delivered/250", "sr-003": "delivered/250", "sr-005": "unreachable/554!",
	"sr-007": "unreachable!", "sr-009": "unreachable", "sr-011": "unreachable",
	"sr-013": "delivered/250", "sr-015": "delivered/250", "sr-017": "unreachable/550",
	"sr-019": "unreachable", "sr-021": "delivered/250",
	"sr-023": "unreachable/454", "sr-025": "unreachable/501!",
	"sr-027": "unreachable/454", "sr-029": "unreachable/534!", "sr-031": "unreachable/538!", "sr-033": "unreachable/530!",
	"sr-035": "delivered/250", "sr-037": "transient/451", "sr-039": "unreachable/530!",
	"sr-041": "permanent/552", "sr-043": "permanent/501", "sr-045": "permanent/553",
	"sr-047": "delivered/250", "sr-049": "transient/450",
	"sr-051": "transient/452", // no recipient was accepted before this one
	"sr-053": "permanent/550", "sr-055": "permanent/556", "sr-057": "transient/421", "sr-059": "transient",
	"sr-061": "delivered/250", "sr-063": "transient/451", "sr-065": "permanent/550",
	"sr-067": "delivered/250", "sr-069": "delivered/200", "sr-071": "uncertain/354",
	"sr-073": "transient/450", "sr-075": "transient/452", "sr-077": "permanent/552",
	"sr-079": "permanent/571", "sr-081": "uncertain", "sr-083": "delivered/250",
	"sr-085": "uncertain", "sr-087": "delivered/250",
	"sr-089": "delivered/250", "sr-091": "delivered/250",
	"sr-093": "permanent/550", // as RCPT was answered
	"sr-095": "unreachable",
}

func TestRepliesCorpus(t *testing.T) {
	for _, row := range corpus(t, "smtp_replies.txt") {
		id, phase, wire := row[0], row[1], row[2]
		for _, m := range allModes {
			t.Run(id+"/"+m.String(), func(t *testing.T) {
				want, ok := repliesWant[id]
				require.True(t, ok)
				if m == chunked && phase == "data" {
					want = "delivered/250" // there is no DATA
				}
				synctest.Test(t, func(t *testing.T) { sendPast(t, m, phase, wire, want) })
			})
		}
	}
}

// sendPast sends mails to a server that says something of its own in one phase.
func sendPast(t *testing.T, m mode, phase, wire, want string) {
	server := standardServer()
	server.offer(m)
	server.set(t, phase, wire)
	h := &SMTP{Addr: "localhost:25", LocalName: "client.example", MaxConns: 1, dialer: server.dial}
	switch phase {
	case "starttls":
		server.offer(m, "STARTTLS")
		h.TLS = TLSRequired
	case "auth":
		server.offer(m, "AUTH PLAIN")
		h.Auth = authBy(t, "PLAIN")
	}
	open := countConns(h)
	batch := []*Envelope{envelope("b@y.example")}
	if phase == "rset" {
		batch = append(batch, envelope("c@y.example")) // which RSET goes before
	}
	for _, reports := range send(t, h, t.Context(), batch...) {
		require.Equal(t, want, summary(t, reports))
	}
	require.NoError(t, h.Close())
	require.Zero(t, open.Load())
}

// A replyServer answers each phase of a session with what is set for it.
type replyServer map[string]string

func standardServer() replyServer {
	return replyServer{
		"greeting": "220 mx.example\r\n", "ehlo": "250 mx.example\r\n", "mail": "250 ok\r\n", "rcpt": "250 ok\r\n",
		"data": "354 go\r\n", "dot": "250 ok\r\n", "rset": "250 ok\r\n", "noop": "250 ok\r\n", "quit": "221 bye\r\n",
	}
}

// offer sets what is said to EHLO.
func (s replyServer) offer(m mode, keywords ...string) {
	s["ehlo"] = ""
	for _, keyword := range append(m.keywords(), keywords...) {
		s["ehlo"] += "250-" + keyword + "\r\n"
	}
	s["ehlo"] = "250-mx.example\r\n" + s["ehlo"] + "250 HELP\r\n"
}

func (s replyServer) set(t *testing.T, phase, wire string) {
	switch {
	case strings.HasPrefix(wire, `"endless`):
		s[phase] = strings.Repeat("250-"+strings.Repeat("A", 100)+"\r\n", 10000)
	case wire == "(RST)":
		s[phase] = "close"
	case phase == "unsolicited":
		s["ehlo"] += unquote(t, wire) + "\r\n"
	case phase == "rset":
		s["rcpt"] = "550 no\r\n"
		s[phase] = payload(t, wire)
	case phase == "starttls":
		s["star"] = payload(t, wire) // four letters are a command
	default:
		s[phase] = payload(t, wire)
	}
}

// payload decodes the forms in which a corpus writes bytes.
func payload(t testing.TB, s string) string {
	if digits, ok := strings.CutPrefix(s, "hex:"); ok {
		b, err := hex.DecodeString(digits)
		require.NoError(t, err)
		return string(b)
	}
	generated, ok := strings.CutPrefix(s, "gen:")
	if !ok {
		return unquote(t, s)
	}
	var b strings.Builder
	for part := range strings.SplitSeq(generated, "+") {
		text, times, ok := strings.Cut(part, "*")
		n := 1
		if ok {
			var err error
			n, err = strconv.Atoi(times)
			require.NoError(t, err)
		}
		b.WriteString(strings.Repeat(unquote(t, text), n))
	}
	return b.String()
}

func (s replyServer) dial(context.Context) (net.Conn, error) {
	return s.dialWith(func(string) {}), nil
}

// dialWith calls at with each phase before the server answers.
func (s replyServer) dialWith(at func(phase string)) net.Conn {
	client, server := net.Pipe()
	go s.serve(server, at)
	return client
}

func (s replyServer) serve(conn net.Conn, at func(phase string)) {
	defer conn.Close()
	r := bufio.NewReader(conn)
	for phase := "greeting"; s[phase] != "close"; {
		at(phase)
		if _, err := io.WriteString(conn, s[phase]); err != nil {
			return
		}
		line, err := r.ReadString('\n')
		if size, last := strings.CutPrefix(line, "BDAT "); last {
			n, _ := strconv.ParseInt(strings.TrimSuffix(size, " LAST\r\n"), 10, 64)
			_, err = io.CopyN(io.Discard, r, n)
			line = "dot "
		}
		if phase == "data" && strings.HasPrefix(s[phase], "354") {
			for err == nil && line != ".\r\n" {
				line, err = r.ReadString('\n')
			}
			line = "dot "
		}
		if err != nil {
			return
		}
		phase = strings.TrimSpace(strings.ToLower(line[:min(4, len(line))]))
	}
}
