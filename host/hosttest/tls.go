package hosttest

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"time"
)

// ClientTLS returns a configuration for clients of a server that has been
// started. It trusts the server's certificate and nothing else; a client that does
// without it distrusts the server. The certificate stays the same over restarts,
// unless the fields ask for another.
func (s *Server) ClientTLS() *tls.Config {
	s.mu.Lock()
	defer s.mu.Unlock()
	roots := x509.NewCertPool()
	if s.certificate.Leaf != nil {
		roots.AddCert(s.certificate.Leaf)
	}
	return &tls.Config{RootCAs: roots, ServerName: "localhost"}
}

// serverTLS returns nil where the server does without.
func (s *Server) serverTLS() (*tls.Config, error) {
	if s.TLS && s.StartTLS {
		return nil, errors.New("hosttest: TLS and StartTLS are both set: leave one out")
	}
	if !s.TLS && !s.StartTLS {
		return nil, nil
	}
	if err := s.certify(); err != nil {
		return nil, err
	}
	return &tls.Config{
		Certificates: []tls.Certificate{s.certificate},
		MinVersion:   s.TLSVersion,
		MaxVersion:   s.TLSVersion,
	}, nil
}

// offersTLS returns whether STARTTLS is announced and obeyed.
func (c *conn) offersTLS() bool {
	return c.server.StartTLS && c.tls == nil && !c.server.without("STARTTLS")
}

// answerStartTLS goes over to TLS. go-smtp could do it too, but would then talk
// through TLS of its own, and nothing here could see what it says.
func (c *conn) answerStartTLS(line []byte) error {
	if !c.offersTLS() {
		return c.say(line)
	}
	if !bytes.HasSuffix(bytes.ToUpper(c.read), []byte("STARTTLS\r\n")) {
		// Whatever was said in the clear must not be obeyed as if it came
		// through TLS: RFC 3207 section 4.2.
		c.replaceNext("501 5.5.2 Nothing may follow STARTTLS before its reply\r\n", Close)
		return c.say(line)
	}
	if err := c.meet(STARTTLS); errors.Is(err, errGone) {
		return err
	} else if err != nil {
		return c.say(line)
	}
	if err := c.say([]byte("220 2.0.0 Ready to start TLS\r\n")); err != nil {
		return err
	}
	return c.handshake()
}

const handshakeTimeout = 10 * time.Second

func (c *conn) handshake() error {
	if err := c.flush(); err != nil {
		return err
	}
	over := tls.Server(c.wire, c.run.tls)
	over.SetDeadline(time.Now().Add(handshakeTimeout))
	if err := over.Handshake(); err != nil {
		c.cut() // what the client would read is unknown
		return err
	}
	over.SetDeadline(time.Time{})
	c.mu.Lock()
	c.tls = over
	c.mu.Unlock()
	c.helloDue = true // RFC 3207 section 4.2
	return nil
}
