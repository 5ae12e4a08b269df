package main

import (
	"context"
	"io"
	"net/smtp"
)

// openNetSMTP gives each connection a client of the standard library's.
func openNetSMTP(_ context.Context, addr string, conns int) (fleet, error) {
	return openLines(conns, func() (line, error) {
		c, err := smtp.Dial(addr)
		if err != nil {
			return line{}, err
		}
		return line{mail: func() error { return netSMTPMail(c) }, close: c.Quit}, nil
	})
}

func netSMTPMail(c *smtp.Client) error {
	if err := c.Mail(sender); err != nil {
		return err
	}
	if err := c.Rcpt(recipient); err != nil {
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

// openSendMail is what most programs do: a connection for each mail, as many
// side by side as there would be connections.
func openSendMail(_ context.Context, addr string, conns int) (fleet, error) {
	data := []byte(mailText)
	return openLines(conns, func() (line, error) {
		return line{
			mail:  func() error { return smtp.SendMail(addr, nil, sender, []string{recipient}, data) },
			close: func() error { return nil },
		}, nil
	})
}
