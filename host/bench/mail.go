package main

import "strings"

const (
	sender    = "shop@acme.example"
	recipient = "ann@example.com"
	subject   = "Your order is on its way"
	mailSize  = 2048
)

// mailText is the mail that all contenders send, mailSize bytes long with its
// header.
var mailText = header() + body(mailSize-len(header()))

func header() string {
	return strings.Join([]string{
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
}

// body returns lines of 72 characters, n bytes in all with the lines' ends, or one
// more, for a line has two at least.
func body(n int) string {
	line := strings.Repeat("All work and no play. ", 4)[:70] + ".\r\n"
	text := strings.Repeat(line, n/len(line))
	rest := n - len(text)
	if rest == 0 {
		return text
	}
	return text + strings.Repeat("x", max(0, rest-2)) + "\r\n"
}
