package crash

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/mail"
	"strconv"
	"strings"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// content returns a mail's data, which its id and about how many bytes it has
// determine.
func content(id string, size int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "Message-ID: <%s@crash.example>\r\nX-Size: %d\r\nSubject: Crash\r\n\r\n", id, size)
	for n := 0; b.Len() < size; n++ {
		fmt.Fprintf(&b, ".%s %d %s\r\n", id, n, strings.Repeat("x", 40))
	}
	return b.Bytes()
}

// recognize returns the id of a mail that a server got, and whether it is as it
// was made.
func recognize(data []byte) (id string, whole bool) {
	m, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		return fmt.Sprintf("unreadable: %.100q", data), false
	}
	id = strings.TrimSuffix(strings.TrimPrefix(m.Header.Get("Message-ID"), "<"), "@crash.example>")
	size, err := strconv.Atoi(m.Header.Get("X-Size"))
	return id, err == nil && size < 1<<20 && bytes.Equal(data, content(id, size))
}

func newMail(id string, size int, to ...string) *queue.Mail {
	return &queue.Mail{Envelope: host.Envelope{ID: id, From: "shop@crash.example", To: to, Data: content(id, size)}}
}

// newMails returns the mails of one commit: one to three, of all lanes, some of
// them Once, some to several recipients, of whom a few are unknown to the relay.
func newMails(random *rand.Rand, size int) []*queue.Mail {
	var mails []*queue.Mail
	for range 1 + random.IntN(3) {
		m := newMail(queue.NewID(), size/10+random.IntN(size))
		m.Lane = []queue.Lane{queue.Immediate, queue.Immediate, queue.Normal, queue.Bulk}[random.IntN(4)]
		m.Once = random.IntN(10) == 0
		for n := range 1 + max(0, random.IntN(6)-3) {
			m.To = append(m.To, fmt.Sprintf("r%d@y.example", n))
		}
		if random.IntN(30) == 0 {
			m.To = append(m.To, "550@y.example")
		}
		mails = append(mails, m)
	}
	return mails
}

func offers(mails []*queue.Mail) []Offer {
	all := make([]Offer, len(mails))
	for i, m := range mails {
		all[i] = Offer{m.ID, m.To, m.Once}
	}
	return all
}
