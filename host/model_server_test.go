package host

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A moody server fails anywhere, at random, and keeps a ledger of what it has
// really taken. It breaks SMTP in what it says, but stays true to it in two
// things: an agreement to a content means that it was taken, and behind a 421 it
// does nothing.
type moody struct {
	seed   uint64
	offers string  // lines of its reply to EHLO
	lmtp   bool    // each recipient has a verdict
	mood   float64 // how likely each reply is to go wrong
	most   int     // mails over one connection, 0 for any number

	serving sync.WaitGroup
	mu      sync.Mutex
	conns   uint64
	ledger  map[taking]int
	events  int
	at      func(event int) // called at each command
}

// A taking is a mail that was taken for a recipient.
type taking struct{ from, to, data string }

func (m *moody) dial(context.Context) (net.Conn, error) {
	client, server := net.Pipe()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.conns++
	random := rand.New(rand.NewPCG(m.seed, m.conns))
	c := &moodyConn{moody: m, conn: server, rand: random, r: bufio.NewReaderSize(server, 1024<<random.IntN(7))}
	m.serving.Go(c.serve)
	return client, nil
}

// A moodyConn is one connection to it.
type moodyConn struct {
	*moody
	conn   net.Conn
	rand   *rand.Rand
	r      *bufio.Reader
	out    []byte
	mailed bool
	from   string
	to     []string
	taken  int
}

// errLeave is that the server hangs up.
var errLeave = fmt.Errorf("enough")

func (c *moodyConn) serve() {
	defer c.conn.Close()
	err := c.say("220 mx.example", "421 4.3.2 busy", "450 no", "554 5.7.1 go away", "250 what")
	for err == nil {
		var line string
		if line, err = c.r.ReadString('\n'); err == nil {
			c.moody.event()
			err = c.command(strings.TrimSuffix(line, "\r\n"))
		}
	}
	c.flush()
}

func (m *moody) event() {
	m.mu.Lock()
	m.events++
	n := m.events
	m.mu.Unlock()
	if m.at != nil {
		m.at(n)
	}
}

func (c *moodyConn) command(line string) error {
	word, arg, _ := strings.Cut(line, " ")
	switch word {
	case "EHLO", "LHLO":
		return c.say("250-mx.example\r\n"+c.offers+"250 HELP", "421 4.3.2 busy", "451 4.3.0 no", "550 5.7.1 no")
	case "MAIL":
		return c.mail(arg)
	case "RCPT":
		return c.rcpt(arg)
	case "DATA":
		return c.data()
	case "BDAT":
		return c.bdat(arg)
	case "RSET":
		return c.sayAnd(c.forget, "250 2.0.0 ok", "421 4.3.2 bye", "502 5.5.1 no such thing", "451 4.3.0 no")
	case "NOOP":
		return c.say("250 2.0.0 ok", "421 4.3.2 bye", "451 4.3.0 no")
	case "QUIT":
		c.say("221 2.0.0 bye", "500 what", "250 ok")
		return errLeave
	}
	return c.say("500 5.5.2 what", "421 4.3.2 bye")
}

func (c *moodyConn) mail(arg string) error {
	switch {
	case c.mailed:
		return c.reply("503 5.5.1 nested")
	case c.most > 0 && c.taken >= c.most:
		return c.reply([]string{"421 4.7.0 too many messages", "452 4.5.3 too many mails", "421 bye"}[c.rand.IntN(3)])
	}
	agree := func() { c.mailed, c.from = true, between(arg) }
	return c.sayAnd(agree, "250 2.1.0 ok", "421 4.3.2 bye", "451 4.3.0 no", "450 4.7.1 slow down", "454 later", "452 4.3.1 full",
		"550 5.1.8 bad sender", "553 5.7.1 not you", "554 5.7.1 not you", "530 5.7.0 log in", "500 what", "501 5.5.4 what", "503 5.5.1 what", "354 what", "552 big")
}

func (c *moodyConn) rcpt(arg string) error {
	if !c.mailed {
		return c.reply("503 5.5.1 MAIL first")
	}
	agree := func() { c.to = append(c.to, between(arg)) }
	return c.sayAnd(agree, "250 2.1.5 ok", "421 4.3.2 bye", "451 4.7.1 greylisted", "450 4.2.1 busy", "452 4.5.3 too many", "452 4.2.2 full",
		"550 5.1.1 unknown", "550 5.7.1 denied", "554 5.7.1 denied", "503 5.5.1 what", "354 what", "552 5.5.3 too many")
}

func (c *moodyConn) data() error {
	if len(c.to) == 0 {
		return c.reply([]string{"503 5.5.1 no", "554 5.5.1 no valid recipients"}[c.rand.IntN(2)])
	}
	wants := false
	if err := c.sayAnd(func() { wants = true }, "354 go", "421 4.3.2 bye", "451 4.3.0 no", "554 5.5.1 no valid recipients",
		"503 5.5.1 what", "250 ok", "550 5.7.1 no", "452 4.3.1 full"); err != nil || !wants {
		return err
	}
	var content strings.Builder
	early := c.upset() && c.rand.IntN(2) == 0
	for {
		line, err := c.r.ReadString('\n')
		switch {
		case err != nil:
			return err
		case early && c.rand.IntN(3) == 0:
			c.reply([]string{"552 5.3.4 too big", "451 4.3.0 no", "421 4.3.2 bye"}[c.rand.IntN(3)])
			return errLeave
		case line == ".\r\n":
			return c.verdict(content.String())
		}
		content.WriteString(strings.TrimPrefix(line, "."))
	}
}

func (c *moodyConn) bdat(arg string) error {
	size, err := strconv.Atoi(strings.TrimSuffix(arg, " LAST"))
	if err != nil {
		return err
	}
	content := make([]byte, size)
	n := size
	early := c.upset() && c.rand.IntN(2) == 0
	if early {
		n = c.rand.IntN(size)
	}
	if _, err := io.ReadFull(c.r, content[:n]); err != nil {
		return err
	}
	if early {
		c.reply([]string{"552 5.3.4 too big", "451 4.3.0 no", "421 4.3.2 bye"}[c.rand.IntN(3)])
		return errLeave
	}
	if len(c.to) == 0 {
		return c.reply("503 5.5.1 no recipients")
	}
	return c.verdict(string(content))
}

// verdict takes the content, or does not, and then says so: to each recipient where
// it speaks LMTP.
func (c *moodyConn) verdict(content string) error {
	recipients := [][]string{c.to}
	if c.lmtp {
		recipients = slices.Collect(slices.Chunk(c.to, 1))
	}
	var verdicts []func() error
	for _, to := range recipients {
		verdicts = append(verdicts, c.refuse)
		if !c.upset() || c.rand.IntN(2) == 0 {
			c.take(c.from, to, content)
			verdicts[len(verdicts)-1] = c.agree
		}
	}
	c.forget()
	c.taken++
	for _, say := range verdicts {
		if err := say(); err != nil {
			return err
		}
	}
	return nil
}

// agree owns that a content was taken, in one of many ways, or not at all.
func (c *moodyConn) agree() error {
	return c.say("250 2.0.0 taken", "251 taken", "200 taken", "250", "250-taken\r\n250 indeed", "354 what", "299 x")
}

func (c *moodyConn) refuse() error {
	return c.reply([]string{"550 5.7.1 spam", "451 4.3.0 no", "421 4.3.2 bye", "554 5.6.0 no", "452 4.3.1 full", "354 what",
		"552 5.2.2 full"}[c.rand.IntN(7)])
}

func (c *moodyConn) take(from string, to []string, content string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, to := range to {
		c.ledger[taking{from, to, content}]++
	}
}

func (c *moodyConn) forget() { c.mailed, c.from, c.to = false, "", nil }

func between(arg string) string {
	_, arg, _ = strings.Cut(arg, "<")
	arg, _, _ = strings.Cut(arg, ">")
	return arg
}

func (c *moodyConn) upset() bool { return c.rand.Float64() < c.mood }

// say says what is right, or something else.
func (c *moodyConn) say(right string, others ...string) error {
	return c.sayAnd(func() {}, right, others...)
}

// sayAnd calls agree before it says what is right.
func (c *moodyConn) sayAnd(agree func(), right string, others ...string) error {
	if !c.upset() {
		agree()
		return c.reply(right)
	}
	switch n := c.rand.IntN(len(others) + 5); n {
	case len(others): // hangs up
		return errLeave
	case len(others) + 1: // says nothing more
		c.flush()
		io.Copy(io.Discard, c.r)
		return errLeave
	case len(others) + 2: // says half of it
		c.out = append(c.out, right[:c.rand.IntN(len(right))]...)
		return errLeave
	case len(others) + 3:
		c.reply("what is this?")
		return errLeave
	case len(others) + 4: // takes its time
		agree()
		c.flush()
		time.Sleep(time.Duration(c.rand.IntN(60)) * time.Second) // in the bubble
		return c.reply(right)
	default:
		return c.reply(others[n])
	}
}

// reply says one reply, at once or together with those that follow.
func (c *moodyConn) reply(text string) error {
	c.out = append(append(c.out, text...), "\r\n"...)
	if strings.HasPrefix(text, "421") {
		return errLeave
	}
	if c.r.Buffered() > 0 && c.rand.IntN(2) == 0 {
		return nil
	}
	return c.flush()
}

func (c *moodyConn) flush() error {
	for len(c.out) > 0 {
		n := len(c.out)
		if c.rand.IntN(4) == 0 {
			n = 1 + c.rand.IntN(n)
		}
		if _, err := c.conn.Write(c.out[:n]); err != nil {
			return err
		}
		c.out = c.out[n:]
	}
	return nil
}
