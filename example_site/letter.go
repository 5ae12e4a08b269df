package main

import (
	"bytes"
	"io"
	"strings"
	"time"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/mail"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

// A letter is a received mail as its reader sees it.
type letter struct {
	At         time.Time
	Recipients []string // of the envelope
	From, To   []*mail.Address
	Subject    string
	Text       string
	Source     string
}

const maxShown = 32 << 10 // bytes of a text, and of a source

// readLetter decodes what can be decoded; the source shows the rest.
func readLetter(m hosttest.Mail) letter {
	l := letter{At: m.At, Recipients: m.To, Source: string(m.Data[:min(len(m.Data), maxShown)])}
	entity, err := message.Read(bytes.NewReader(m.Data))
	if entity == nil {
		l.Text = "This mail cannot be read: " + err.Error()
		return l
	}
	header := mail.Header{Header: entity.Header}
	l.From, _ = header.AddressList("From")
	l.To, _ = header.AddressList("To")
	l.Subject, _ = header.Subject()
	text, err := io.ReadAll(io.LimitReader(entity.Body, maxShown))
	l.Text = strings.ReplaceAll(string(text), "\r\n", "\n")
	if err != nil {
		l.Text += "\n(the rest cannot be read: " + err.Error() + ")"
	}
	return l
}
