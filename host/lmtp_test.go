package host

import (
	"bufio"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

// lmtpServer serves connections on a unix socket: a recipient refused@ is not
// accepted, and of those accepted full@ has no room for the content.
func lmtpServer(t *testing.T, extensions string) (addr string, said func() string) {
	addr = filepath.Join(t.TempDir(), "lmtp")
	l, err := net.Listen("unix", addr)
	require.NoError(t, err)
	heard, ended := strings.Builder{}, make(chan struct{})
	go func() {
		defer close(ended)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serveLMTP(conn, extensions, &heard)
		}
	}()
	return addr, func() string {
		l.Close()
		<-ended
		return heard.String()
	}
}

func serveLMTP(conn net.Conn, extensions string, heard *strings.Builder) {
	defer conn.Close()
	fmt.Fprint(conn, "220 store LMTP\r\n")
	var accepted []string
	for r := bufio.NewReader(conn); ; {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		fmt.Fprintf(heard, "%s ", word)
		switch {
		case word == "LHLO":
			fmt.Fprint(conn, "250-store\r\n"+extensions+"250 ENHANCEDSTATUSCODES\r\n")
		case word == "RCPT" && strings.Contains(line, "refused@"):
			fmt.Fprint(conn, "550 5.1.1 unknown\r\n")
		case word == "RCPT":
			accepted = append(accepted, line)
			fmt.Fprint(conn, "250 ok\r\n")
		case word == "DATA" && len(accepted) == 0:
			fmt.Fprint(conn, "503 5.5.1 no valid recipients\r\n")
		case word == "DATA":
			fmt.Fprint(conn, "354 go\r\n")
			for line != ".\r\n" {
				line, _ = r.ReadString('\n')
			}
			for _, to := range accepted {
				if strings.Contains(to, "full@") {
					fmt.Fprint(conn, "452 4.2.2 full\r\n")
					continue
				}
				fmt.Fprint(conn, "250 2.0.0 stored\r\n")
			}
			accepted = nil
		default:
			fmt.Fprint(conn, "250 ok\r\n")
		}
	}
}

// Each recipient has its own verdict, however the mails are moved. An LMTP server
// that takes chunks gets none: how many verdicts follow depends on who is accepted.
func TestLMTP(t *testing.T) {
	for name, test := range map[string]struct{ extensions, said string }{
		"lockstep":  {"", "LHLO MAIL RCPT RCPT RCPT DATA MAIL RCPT RSET MAIL RCPT DATA QUIT "},
		"pipelined": {"250-PIPELINING\r\n250-CHUNKING\r\n", "LHLO MAIL RCPT RCPT RCPT DATA MAIL RCPT DATA RSET MAIL RCPT DATA QUIT "},
	} {
		t.Run(name, func(t *testing.T) {
			addr, said := lmtpServer(t, test.extensions)
			h := &LMTP{Addr: addr}
			require.NoError(t, h.Validate())
			got := send(t, h, t.Context(),
				envelope("full@y.example", "refused@y.example", "b@y.example"),
				envelope("refused@y.example"), envelope("c@y.example"))
			require.Equal(t, "transient permanent delivered", outcomes(got[0]))
			require.Equal(t, "4.2.2", got[0][0].Enhanced)
			require.Equal(t, "stored", got[0][2].Text)
			require.Equal(t, "permanent", outcomes(got[1]))
			require.Equal(t, "delivered", outcomes(got[2]))
			require.Equal(t, int64(2), h.Stats().Mails)
			require.NoError(t, h.Close())
			require.Equal(t, test.said, said())
		})
	}
}

// A server that hangs up among its verdicts leaves it open what became of the rest.
func TestLMTPLostAmongVerdicts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := standardServer()
		server["lhlo"], server["dot"] = "250 store\r\n", "250 2.0.0 stored\r\n"
		h := &LMTP{Addr: "localhost:24", dialer: server.dial}
		reports := send(t, h, t.Context(), envelope("b@y.example", "c@y.example", "d@y.example"))[0]
		require.Equal(t, "delivered uncertain uncertain", outcomes(reports))
		require.NoError(t, h.Close())
	})
}

func TestLMTPAddr(t *testing.T) {
	for addr, ok := range map[string]bool{"/run/lmtp": true, "./lmtp": true, "localhost:24": true, "lmtp": false, "": false} {
		require.Equal(t, ok, (&LMTP{Addr: addr}).Validate() == nil, addr)
	}
}

// Nor does one that is dismissed by a 421 know that nobody else has the mail.
func TestLMTPDismissedAmongVerdicts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := standardServer()
		server["lhlo"], server["dot"] = "250 store\r\n", "250 2.0.0 stored\r\n421 4.3.2 closing\r\n"
		h := &LMTP{Addr: "localhost:24", dialer: server.dial}
		send(t, h, t.Context(), envelope("a@y.example"))
		reports := send(t, h, t.Context(), envelope("b@y.example", "c@y.example", "d@y.example"))[0]
		require.Equal(t, "delivered transient uncertain", outcomes(reports))
		require.NoError(t, h.Close())
	})
}
