package main

import (
	"bytes"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// served runs handle until the test ends.
func served(t *testing.T, handle func(net.Conn)) (addr string) {
	addr, stop, err := serve(handle)
	require.NoError(t, err)
	t.Cleanup(stop)
	return addr
}

// connect bounds what should not take long.
func connect(t *testing.T, addr string) *net.TCPConn {
	c, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	require.NoError(t, c.SetDeadline(time.Now().Add(time.Minute)))
	return c.(*net.TCPConn)
}

func TestProxyCarriesBothWays(t *testing.T) {
	echo := served(t, func(c net.Conn) { io.Copy(c, c) })
	c := connect(t, served(t, (&proxy{target: echo, rtt: 2 * time.Millisecond}).handle))
	sent := bytes.Repeat([]byte("0123456789abcde\n"), 1<<16)
	go func() {
		c.Write(sent)
		c.CloseWrite()
	}()
	came, err := io.ReadAll(c)
	require.NoError(t, err)
	require.True(t, bytes.Equal(sent, came), "%d of %d bytes", len(came), len(sent))
}

func TestProxyTakesARoundTrip(t *testing.T) {
	const rtt = 30 * time.Millisecond
	void := served(t, handleVoid)
	addr := served(t, (&proxy{target: void, rtt: rtt}).handle)
	took, err := roundTrip(addr)
	require.NoError(t, err)
	require.GreaterOrEqual(t, took, rtt)

	start := time.Now()
	read(t, connect(t, addr), len("220"))
	require.GreaterOrEqual(t, time.Since(start), 2*rtt, "one for the handshake, one for the greeting")
}

func TestProxyHangsUpOnBothSides(t *testing.T) {
	came, gone := make(chan struct{}), make(chan struct{})
	silent := served(t, func(c net.Conn) {
		c.Read(make([]byte, 1))
		close(came)
		io.Copy(io.Discard, c)
		close(gone)
	})
	addr, stop, err := serve((&proxy{target: silent}).handle)
	require.NoError(t, err)
	c := connect(t, addr)
	_, err = c.Write([]byte("x"))
	require.NoError(t, err)
	<-came
	stop()
	<-gone
	_, err = c.Read(make([]byte, 1))
	require.Error(t, err)
}

func TestProxyHangsUpWithItsRelay(t *testing.T) {
	closing := served(t, func(net.Conn) {})
	_, err := connect(t, served(t, (&proxy{target: closing}).handle)).Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF)

	nobody, err := freeAddr()
	require.NoError(t, err)
	_, err = connect(t, served(t, (&proxy{target: nobody}).handle)).Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF)
}
