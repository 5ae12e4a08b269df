package hosttest

import (
	"errors"
	"net"
	"os"
	"time"
)

// A wire is a TCP connection that can be watched while nobody reads.
type wire struct {
	net.Conn
	ahead []byte // was read by watch
}

const maxAhead = 64 << 10

// Read returns what watch has read first.
func (w *wire) Read(p []byte) (int, error) {
	if len(w.ahead) == 0 {
		return w.Conn.Read(p)
	}
	n := copy(p, w.ahead)
	w.ahead = w.ahead[n:]
	return n, nil
}

// watch reads ahead until stop, and closes the channel when the other side has
// gone. It reads 64 KiB at most, and sees no more behind them.
func (w *wire) watch() (left <-chan struct{}, stop func()) {
	gone, done := make(chan struct{}), make(chan struct{})
	w.SetReadDeadline(time.Time{})
	go func() {
		defer close(done)
		buf := make([]byte, 4<<10)
		for len(w.ahead) < maxAhead {
			n, err := w.Conn.Read(buf)
			w.ahead = append(w.ahead, buf[:n]...)
			if errors.Is(err, os.ErrDeadlineExceeded) {
				return
			}
			if err != nil {
				close(gone)
				return
			}
		}
	}()
	return gone, func() {
		w.SetReadDeadline(time.Unix(1, 0))
		<-done
		w.SetReadDeadline(time.Now().Add(readTimeout))
	}
}
