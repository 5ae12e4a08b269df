package main

import (
	"context"
	"net"
	"strconv"

	"github.com/wneessen/go-mail"
)

// openGoMail gives each connection a client of go-mail's that leaves out the
// NOOP before and the RSET after each mail, which it sends by default.
func openGoMail(ctx context.Context, addr string, conns int) (fleet, error) {
	name, service, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	port, err := strconv.Atoi(service)
	if err != nil {
		return nil, err
	}
	return openLines(conns, func() (line, error) {
		c, err := mail.NewClient(name, mail.WithPort(port), mail.WithTLSPolicy(mail.NoTLS),
			mail.WithHELO("localhost"), mail.WithoutNoop(), mail.WithoutRset())
		if err != nil {
			return line{}, err
		}
		if err := c.DialWithContext(ctx); err != nil {
			return line{}, err
		}
		msg, err := goMailMessage()
		return line{mail: func() error { return c.Send(msg) }, close: c.Close}, err
	})
}

// goMailMessage returns a message that is as long as the others' when composed.
func goMailMessage() (*mail.Msg, error) {
	m := mail.NewMsg(mail.WithEncoding(mail.NoEncoding), mail.WithNoDefaultUserAgent())
	if err := m.From(sender); err != nil {
		return nil, err
	}
	if err := m.To(recipient); err != nil {
		return nil, err
	}
	m.Subject(subject)
	m.SetDate()
	m.SetMessageIDWithValue("1@acme.example")
	m.SetBodyString(mail.TypeTextPlain, body(mailSize-len(header())))
	return m, nil
}
