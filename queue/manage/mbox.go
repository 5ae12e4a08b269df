package manage

import (
	"bufio"
	"bytes"
	"cmp"
	"io"
	"strings"
	"time"
)

// An mbox writes mails as one file (RFC 4155), whose lines that begin like a
// separator are quoted in the manner of mboxrd, so that nothing is lost.
type mbox struct {
	out *bufio.Writer
}

func newMbox(w io.Writer) *mbox { return &mbox{bufio.NewWriter(w)} }

// add writes one mail.
func (m *mbox) add(from string, at time.Time, data []byte) error {
	// What is between the words must not look like more of them.
	from = strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f {
			return '_'
		}
		return r
	}, cmp.Or(from, "MAILER-DAEMON"))
	m.out.WriteString("From " + from + " " + at.UTC().Format(time.ANSIC) + "\n")
	for line := range bytes.Lines(data) {
		line = bytes.TrimRight(line, "\r\n")
		if bytes.HasPrefix(bytes.TrimLeft(line, ">"), []byte("From ")) {
			m.out.WriteByte('>')
		}
		m.out.Write(line)
		m.out.WriteByte('\n')
	}
	m.out.WriteByte('\n')
	return m.out.Flush()
}
