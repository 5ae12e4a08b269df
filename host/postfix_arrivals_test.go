//go:build linux

package host

import (
	"bytes"
	"io/fs"
	"net/mail"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

// An arrival is a mail that Postfix has handed on.
type arrival struct {
	id       string // of the mail: its Message-ID
	queueID  string // Postfix's, which is another one each time the mail is sent to it
	to       []string
	received string // the header that Postfix has added
	data     []byte // without it
}

// arrivals returns the mails that were handedOn.
func (p *postfix) arrivals(t *testing.T) []arrival {
	t.Helper()
	var all []arrival
	for _, m := range p.handedOn(t) {
		all = append(all, newArrival(t, m.To, m.Data))
	}
	return all
}

// handedOn waits until Postfix has handed on all it has accepted, and returns
// what has come since it was last asked.
func (p *postfix) handedOn(t *testing.T) []hosttest.Mail {
	t.Helper()
	require.Eventually(t, func() bool { return p.queued(t) == 0 }, time.Minute, 20*time.Millisecond,
		"Postfix's queue does not become empty")
	mails := p.next.Mails()[p.seen:]
	p.seen += len(mails)
	return mails
}

// queued returns how many mails are in the queue. A file becomes executable when
// all of its mail is there.
func (p *postfix) queued(t *testing.T) (n int) {
	for _, name := range []string{"maildrop", "incoming", "active", "deferred", "hold", "corrupt"} {
		require.NoError(t, filepath.WalkDir(p.path("queue/"+name), func(_ string, f fs.DirEntry, err error) error {
			if err != nil || f.IsDir() {
				return nil // a file that has just gone is none
			}
			if info, err := f.Info(); err == nil && info.Mode().Perm()&0o100 != 0 {
				n++
			}
			return nil
		}))
	}
	return n
}

var queueID = regexp.MustCompile(`by relay\.example \(Postfix\) with \w+ id (\w+)`)

func newArrival(t *testing.T, to []string, data []byte) arrival {
	header := regexp.MustCompile(`^Received: .*\r\n([ \t].*\r\n)*`).Find(data)
	id := queueID.FindSubmatch(header)
	require.NotNil(t, id, "%q", data[:min(len(data), 1000)])
	data = data[len(header):]
	m, err := mail.ReadMessage(bytes.NewReader(data))
	require.NoError(t, err)
	return arrival{m.Header.Get("Message-ID"), string(id[1]), to, string(header), data}
}
