package main

import (
	"strings"
	"time"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

const (
	sender    = "shop@acme.example"
	recipient = "ann@example.com"
	subject   = "Your order is on its way"
	mailSize  = 2048
)

// mailText is the mail that all contenders queue and send.
var mailText = text(mailSize)

// text returns a mail of so many bytes, one more at most.
func text(size int) string {
	header := strings.Join([]string{
		"From: <" + sender + ">",
		"To: <" + recipient + ">",
		"Subject: " + subject,
		"Date: Mon, 02 Jan 2006 15:04:05 +0000",
		"Message-ID: <1@acme.example>",
		"MIME-Version: 1.0",
		"Content-Type: text/plain; charset=UTF-8",
		"Content-Transfer-Encoding: 7bit",
		"", "",
	}, "\r\n")
	line := strings.Repeat("All work and no play. ", 4)[:70] + ".\r\n"
	lines := strings.Repeat(line, (size-len(header))/len(line))
	rest := size - len(header) - len(lines)
	return header + lines + strings.Repeat("x", max(0, rest-2)) + "\r\n"
}

// newMail returns a mail that is due now.
func newMail(lane queue.Lane, data []byte) *queue.Mail {
	return &queue.Mail{
		Envelope:  host.Envelope{From: sender, To: []string{recipient}, Data: data},
		Lane:      lane,
		NotBefore: time.Now(), // bulk would wait
		Subject:   subject,
	}
}
