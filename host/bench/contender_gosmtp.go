package main

import (
	"context"
	"io"

	"github.com/emersion/go-smtp"
)

// openGoSMTP gives each connection a client of go-smtp's.
func openGoSMTP(_ context.Context, addr string, conns int) (fleet, error) {
	return openLines(conns, func() (line, error) {
		c, err := smtp.Dial(addr)
		if err != nil {
			return line{}, err
		}
		return line{mail: func() error { return goSMTPMail(c) }, close: c.Quit}, nil
	})
}

func goSMTPMail(c *smtp.Client) error {
	if err := c.Mail(sender, nil); err != nil {
		return err
	}
	if err := c.Rcpt(recipient, nil); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, mailText); err != nil {
		return err
	}
	return w.Close()
}
