package main

import (
	"bytes"
	"net"
	"regexp"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// A recorder keeps what a client says.
type recorder struct {
	net.Conn
	mu   sync.Mutex
	said bytes.Buffer
}

func (r *recorder) Read(p []byte) (int, error) {
	n, err := r.Conn.Read(p)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.said.Write(p[:n])
	return n, err
}

var verb = regexp.MustCompile(`(?m)^(EHLO|HELO|MAIL|RCPT|DATA|BDAT|NOOP|RSET|QUIT)\b`)

// Peers are to be at their best: three commands for a mail on a kept connection.
func TestPeersSayNoMoreThanAMailNeeds(t *testing.T) {
	mail := []string{"MAIL", "RCPT", "DATA"}
	kept := append(append(append([]string{"EHLO"}, mail...), mail...), "QUIT")
	each := append(append([]string{"EHLO"}, mail...), "QUIT")
	for name, verbs := range map[string][]string{
		yardstick:           kept,
		"net/smtp, kept":    kept,
		"go-mail":           kept,
		"net/smtp.SendMail": append(each, each...),
	} {
		t.Run(name, func(t *testing.T) {
			var said []string
			var mu sync.Mutex
			addr, stop, err := serve(func(c net.Conn) {
				r := &recorder{Conn: c}
				handleVoid(r)
				mu.Lock()
				defer mu.Unlock()
				said = append(said, verb.FindAllString(r.said.String(), -1)...)
			})
			require.NoError(t, err)
			defer stop()
			for _, who := range contenders() {
				if who.name == name {
					_, err := heat(t.Context(), who, addr, 1, 0)
					require.NoError(t, err)
				}
			}
			stop()
			require.Equal(t, verbs, said)
		})
	}
}
