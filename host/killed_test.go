package host

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// senderEnv makes the test binary a process that sends a mail to the address in it.
const senderEnv = "MAILHOST_TEST_SEND_TO"

// playSender sends a big mail, prints its outcome, and waits to be killed.
func playSender(addr string) {
	h := &SMTP{Addr: addr, LocalName: "client.example"}
	e := envelope("b@y.example")
	e.Data = []byte(contents["big"])
	h.Send(context.Background(), []*Envelope{e}, func(_ int, reports []Report) {
		fmt.Println(reports[0].Outcome)
		io.Copy(io.Discard, os.Stdin)
	})
}

// fm-078, fm-088, fm-089: the process is killed within the content, behind it, and
// when it has the verdict. The relay has the mail once, or not at all: what the next
// process makes of it is the queue's.
func TestSenderIsKilled(t *testing.T) {
	whole := map[mode]int{pipelined: len(stuffed(contents["big"])), chunked: len(contents["big"])}
	for _, m := range []mode{pipelined, chunked} {
		for _, where := range []string{"within the content", "behind it", "with the verdict"} {
			t.Run(m.String()+" "+where, func(t *testing.T) {
				l, err := net.Listen("tcp", "127.0.0.1:0")
				require.NoError(t, err)
				defer l.Close()
				kill, said := startSender(t, l.Addr().String())
				conn, r := takeCommands(t, l, m)
				defer conn.Close()
				n := whole[m]
				if where == "within the content" {
					n = 100_000
				}
				_, err = io.CopyN(io.Discard, r, int64(n))
				require.NoError(t, err)
				if where == "with the verdict" {
					io.WriteString(conn, "250 queued\r\n")
					line, err := said.ReadString('\n')
					require.NoError(t, err)
					require.Equal(t, "delivered\n", line)
				}
				kill()
				rest, _ := io.ReadAll(r)
				if where == "within the content" {
					require.Less(t, n+len(rest), whole[m])
					require.False(t, strings.HasSuffix(string(rest), "\r\n.\r\n"))
				} else {
					require.Empty(t, rest)
				}
			})
		}
	}
}

func startSender(t *testing.T, addr string) (kill func(), said *bufio.Reader) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), senderEnv+"="+addr)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	_, err = cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	kill = func() {
		cmd.Process.Kill()
		cmd.Wait()
	}
	t.Cleanup(kill)
	return kill, bufio.NewReader(out)
}

// takeCommands is a server as far as the content.
func takeCommands(t *testing.T, l net.Listener, m mode) (net.Conn, *bufio.Reader) {
	conn, err := l.Accept()
	require.NoError(t, err)
	require.NoError(t, conn.SetDeadline(time.Now().Add(aWhile)))
	r := bufio.NewReader(conn)
	io.WriteString(conn, "220 mx.example\r\n")
	for {
		line, err := r.ReadString('\n')
		require.NoError(t, err)
		switch line[:4] {
		case "EHLO":
			fmt.Fprintf(conn, "250-mx.example\r\n250-%s\r\n250 HELP\r\n", strings.Join(m.keywords(), "\r\n250-"))
		case "BDAT":
			return conn, r
		case "DATA":
			io.WriteString(conn, "354 go\r\n")
			return conn, r
		default:
			io.WriteString(conn, "250 ok\r\n")
		}
	}
}

// fm-077: a server that was stopped takes what its machine has room for, and no more.
// What went there whole may have arrived.
func TestServerIsStopped(t *testing.T) {
	for _, m := range []mode{pipelined, chunked} {
		for content, want := range map[string]Outcome{"plain": Uncertain, "big": Transient} {
			t.Run(m.String()+" "+content, func(t *testing.T) {
				l, err := net.Listen("tcp", "127.0.0.1:0")
				require.NoError(t, err)
				defer l.Close()
				const limit = 300 * time.Millisecond
				h := client(t, &SMTP{Addr: l.Addr().String(), Timeouts: Timeouts{Block: limit, Verdict: limit, Quit: limit}})
				e := envelope("b@y.example")
				e.Data = []byte(contents[content])
				taken := make(chan net.Conn, 1)
				go func() {
					conn, _ := takeCommands(t, l, m)
					taken <- conn
				}()
				began := time.Now()
				r := sendOne(t, h, e)[0]
				require.Equal(t, want, r.Outcome, r.Text)
				require.Less(t, time.Since(began), 10*limit)
				(<-taken).Close()
			})
		}
	}
}
