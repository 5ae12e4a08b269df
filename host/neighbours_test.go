package host

import (
	"bufio"
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

// A connection that is to be left after one mail's verdict has the next mail under
// way: it is carried to its outcome too, and nothing is left unsaid of it.
func TestTheMailBehindAnOddVerdict(t *testing.T) {
	for dot, want := range map[string][2]string{
		"251 ok\r\n":         {"delivered", "delivered"},
		"250\r\n":            {"delivered", "delivered"},
		"250 ok\n":           {"delivered", "delivered"},
		"354 what\r\n":       {"uncertain", "uncertain"},
		"421 bye\r\n":        {"transient", "transient"},
		"451 4.3.0 no\r\n":   {"transient", "transient"},
		"550 5.6.0 no\r\n":   {"permanent", "permanent"},
		"250-a\r\n550 b\r\n": {"uncertain", "uncertain"},
	} {
		for _, lmtp := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				server := standardServer()
				server["ehlo"] = "250-mx.example\r\n250 PIPELINING\r\n"
				server["lhlo"], server["dot"] = server["ehlo"], dot
				smtp := &SMTP{Addr: "localhost:25", LocalName: "client.example", MaxConns: 1, dialer: server.dial}
				var h Host = smtp
				if lmtp {
					h = (*LMTP)(smtp)
				}
				got := sendAny(t, h, t.Context(), envelope("b@y.example"), envelope("c@y.example"))
				require.Equal(t, want, [2]string{outcomes(got[0]), outcomes(got[1])}, "%q LMTP %v", dot, lmtp)
				require.True(t, got[1][0].Text != "" || got[1][0].Code != 0, "says nothing")
				require.NoError(t, smtp.Close())
			})
		}
	}
}

// A server that cannot forget the transaction before may take a content under its
// sender. The mail behind then was refused and taken: nobody knows, and it is not
// sent again at once.
func TestTakenThoughRefused(t *testing.T) {
	const refused = "250 ok\r\n550 5.1.1 unknown\r\n503 5.5.1 no recipients\r\n"
	for _, mail := range []string{"503 5.5.1 nested\r\n", "550 5.7.1 no\r\n", "450 4.7.1 slow\r\n"} {
		synctest.Test(t, func(t *testing.T) {
			dials := 0
			h := &SMTP{Addr: "localhost:25", LocalName: "client.example", MaxConns: 1}
			h.dialer = func(context.Context) (net.Conn, error) {
				dials++
				client, server := net.Pipe()
				go func() {
					defer server.Close()
					go io.WriteString(server, "220 mx.example\r\n")
					heard := bufio.NewReader(server)
					heard.ReadString('\n')
					io.WriteString(server, "250-mx.example\r\n250-PIPELINING\r\n250 CHUNKING\r\n")
					go io.Copy(io.Discard, heard)
					io.WriteString(server, "250 ok\r\n250 ok\r\n")
					synctest.Wait()
					io.WriteString(server, "250 taken\r\n")
					synctest.Wait()
					io.WriteString(server, "250 ok\r\n"+refused+"502 no RSET\r\n"+mail+"250 ok\r\n250 taken\r\n")
				}()
				return client, nil
			}
			got := sendAny(t, h, t.Context(), envelope("b@y.example"), envelope("c@y.example"), envelope("d@y.example"))
			require.Equal(t, "delivered permanent uncertain", strings.Join(words(got), " "))
			require.Equal(t, 1, dials)
			require.NoError(t, h.Close())
		})
	}
}
