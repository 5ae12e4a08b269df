package main

import (
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestServeStops(t *testing.T) {
	entered, left := make(chan struct{}), make(chan struct{})
	addr, stop, err := serve(func(c net.Conn) {
		close(entered)
		io.Copy(io.Discard, c)
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
