package hosttest

import (
	"io"
	"net"
	"time"
)

// silence makes the connection say no more, but for what was said before.
func (c *conn) silence(bye func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.send()
	if !c.ended {
		bye()
	}
	c.ended = true
}

// Close is how go-smtp ends the connection. It always comes, and is the last
// thing that is done for a connection, so that one counts as open until then.
func (c *conn) Close() error {
	c.silence(func() {
		if c.tls != nil {
			c.tls.CloseWrite()
		}
	})
	err := c.cut()
	c.forgotten.Do(func() { c.run.listener.forget(c) })
	return err
}

// end closes the connection so that the client reads all that was said. It
// reads on for a second at most, for a close with input unread is a reset.
func (c *conn) end() {
	c.silence(func() {
		if c.tls != nil {
			c.tls.CloseWrite()
		}
		if tcp, ok := c.Conn.(*net.TCPConn); ok {
			tcp.CloseWrite()
		}
	})
	c.SetReadDeadline(time.Now().Add(time.Second))
	io.CopyN(io.Discard, c.Conn, 1<<20)
	c.cut()
}

// reset closes the connection by a TCP reset.
func (c *conn) reset() {
	c.silence(func() {})
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	c.cut()
}

// cut closes the connection at once, also while others use it.
func (c *conn) cut() error {
	err := c.Conn.Close()
	c.closed.Do(func() { close(c.gone) })
	return err
}
