package main

import (
	"io"
	"net"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestServeStops(t *testing.T) {
	entered, left := make(chan struct{}), make(chan struct{})
	addr, stop, err := serve(func(c net.Conn) {
		close(entered)
		io.Copy(io.Discard, c)
		for range 1000 {
			runtime.Gosched() // gives a stop that does not wait the time to return
		}
		close(left)
	})
	require.NoError(t, err)
	connect(t, addr)
	<-entered
	stop()
	select {
	case <-left:
	default:
		require.Fail(t, "stop returned before the handler")
	}
	stop()
	_, err = net.Dial("tcp", addr)
	require.Error(t, err, "nothing listens")
}
