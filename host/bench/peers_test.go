package main

import (
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

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
				var heard []string
				handleVoid(&tapped{Conn: c, heard: &heard})
				mu.Lock()
				defer mu.Unlock()
				said = append(said, verb.FindAllString(strings.Join(heard, ""), -1)...)
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
