package host

import (
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// blackHole returns an address on loopback that drops every SYN: nobody accepts
// there, and the queue for it is full.
func blackHole(t *testing.T) string {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	require.NoError(t, err)
	t.Cleanup(func() { syscall.Close(fd) })
	require.NoError(t, syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	require.NoError(t, syscall.Listen(fd, 0))
	name, err := syscall.Getsockname(fd)
	require.NoError(t, err)
	addr := fmt.Sprintf("127.0.0.1:%d", name.(*syscall.SockaddrInet4).Port)
	for {
		c, err := net.DialTimeout("tcp", addr, 200*time.Millisecond)
		if err != nil {
			return addr
		}
		t.Cleanup(func() { c.Close() })
	}
}

// fm-005: what does not answer costs one limit for the whole batch.
func TestBlackHole(t *testing.T) {
	const limit = 300 * time.Millisecond
	h := client(t, &SMTP{Addr: blackHole(t), Timeouts: Timeouts{Dial: limit}})
	began := time.Now()
	for _, reports := range send(t, h, t.Context(), envelope("b@y.example"), envelope("c@y.example")) {
		require.Equal(t, "unreachable", outcomes(reports))
		require.False(t, reports[0].Alarm)
		require.Contains(t, reports[0].Text, "timeout")
	}
	require.GreaterOrEqual(t, time.Since(began), limit)
	require.Less(t, time.Since(began), 10*limit)
}

// fm-007: a machine that is out of files is for its operator, and no fault of the
// mails. When it has files again, all is well.
func TestOutOfFiles(t *testing.T) {
	h := client(t, &SMTP{Addr: blackHole(t), Timeouts: Timeouts{Dial: time.Second}})
	h.start.Do(func() { h.init(false) })
	release := takeAllFiles(t)
	all := make(chan []Report, 1)
	h.Send(t.Context(), []*Envelope{envelope("b@y.example")}, func(_ int, reports []Report) { all <- reports })
	release()
	reports := <-all
	require.Equal(t, "unreachable", outcomes(reports))
	require.True(t, reports[0].Alarm)
	require.Contains(t, reports[0].Text, "too many open files")
}

func takeAllFiles(t *testing.T) (release func()) {
	var before syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &before))
	few := before
	few.Cur = min(before.Cur, 200)
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &few))
	var taken []*os.File
	for {
		f, err := os.Open(os.DevNull)
		if errors.Is(err, syscall.EMFILE) {
			break
		}
		require.NoError(t, err)
		taken = append(taken, f)
	}
	return func() {
		for _, f := range taken {
			f.Close()
		}
		require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &before))
	}
}
