package hosttest

import (
	"bytes"
	"cmp"
	"errors"
)

// What go-smtp says by itself, with no handler to be asked. It is known by its
// words, so that the commands need not be read a second time.
const (
	saysNoTLS = "502 5.5.1 TLS not supported\r\n"
	saysData  = "354 Go ahead. End your data with <CR><LF>.<CR><LF>\r\n"
	saysRset  = "250 2.0.0 Session reset\r\n"
	saysNoop  = "250 2.0.0 I have successfully done nothing\r\n"
	saysQuit  = "221 2.0.0 Bye\r\n"
)

// outOfOrder are go-smtp's answers to commands that come too early. RFC 5321
// section 4.2.4 has 502 for what is not implemented, and 503 for these.
var outOfOrder = map[string]string{
	"502 5.5.1 Missing MAIL FROM command.\r\n":               "503 5.5.1 Missing MAIL FROM command\r\n",
	"502 5.5.1 Missing RCPT TO command.\r\n":                 "503 5.5.1 Missing RCPT TO command\r\n",
	"502 5.5.1 Please introduce yourself first.\r\n":         "503 5.5.1 Say EHLO first\r\n",
	"502 5.5.1 MAIL not allowed during message transfer\r\n": "503 5.5.1 A mail in chunks is not at its end\r\n",
	"502 5.5.1 RCPT not allowed during message transfer\r\n": "503 5.5.1 A mail in chunks is not at its end\r\n",
	"502 5.5.1 DATA not allowed during message transfer\r\n": "503 5.5.1 A mail in chunks is not at its end\r\n",
}

var (
	saysHello = []byte("250-Hello ") // to EHLO
	saysHelo  = []byte("250 2.0.0 Hello ")
)

// Write takes a line of a reply from go-smtp.
func (c *conn) Write(line []byte) (int, error) {
	if err := c.answer(line); err != nil {
		return 0, err
	}
	return len(line), nil
}

func (c *conn) answer(line []byte) error {
	switch {
	case !c.greeted:
		c.greeted = true
		return c.answerUnlessFault(Greeting, line)
	case c.hello != nil || bytes.HasPrefix(line, saysHello):
		return c.answerHello(line)
	}
	switch string(line) {
	case saysData:
		return c.answerData(line)
	case saysNoTLS:
		return c.answerStartTLS(line)
	case saysRset:
		return c.answerUnlessFault(RSET, line)
	case saysNoop:
		return c.answerUnlessFault(NOOP, line)
	case saysQuit:
		return c.answerUnlessFault(QUIT, line)
	}
	if bytes.HasPrefix(line, saysHelo) {
		c.helloDue = false
		return c.answerUnlessFault(EHLO, line)
	}
	if line[0] == '5' {
		line = []byte(cmp.Or(outOfOrder[string(line)], string(line)))
	}
	return c.say(line)
}

// answerUnlessFault says the line. A fault may stand in its place, or end the
// connection.
func (c *conn) answerUnlessFault(at Place, line []byte) error {
	if errors.Is(c.meet(at), errGone) {
		return errGone
	}
	return c.say(line)
}

// meet carries out the fault that the table has at a place, if any.
func (c *conn) meet(at Place) error {
	if f := c.server.fault(c.run, at, c.event()); f != nil {
		return c.strike(f, true)
	}
	return nil
}

func (c *conn) event() event { return event{conn: c.number, mails: c.mails} }

// answerData says 354. go-smtp reads the content in any case, so where the
// answer is a refusal it is given an empty one, whose verdict is lost.
func (c *conn) answerData(line []byte) error {
	switch err := c.session.meet(DATA, c.session.snapshot()); {
	case errors.Is(err, errGone):
		return err
	case err != nil:
		c.session.skip = true
		c.feed = "\r\n.\r\n"
	}
	return c.say(line)
}
