package manage

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/decode"
)

// What is shown of a mail is bounded, since pages are made in memory.
const (
	maxSource     = 64 << 10 // bytes of headers, and of body
	maxRecipients = 500
)

// mailPage is the content of the page of one mail.
type mailPage struct {
	*queue.Record
	Waiting    bool          // it is going to be sent by itself
	Down       []queue.Route // its own, where that keeps it waiting
	Recipients []recipient   // at most maxRecipients of the Record's
	Attempts   []attempt     // those of the Record's History
	Readable   bool          // the operator may read the following
	Headers    source
	Body       source
}

type recipient struct {
	To    string
	State string
	Reply string
	Relay string
	Alarm bool
}

type attempt struct {
	queue.Attempt
	Reply string
}

var recipientStates = map[queue.RecipientState]string{
	queue.RecipientPending:   "pending",
	queue.RecipientDelivered: "delivered",
	queue.RecipientFailed:    "failed",
	queue.RecipientUncertain: "uncertain",
}

// A source is the first part of what a mail consists of.
type source struct {
	Text  string
	Shown int // bytes
	Size  int // bytes, of the whole
}

func (h *handler) mail(r *http.Request, id string) answer {
	if !mailID.MatchString(id) {
		return noMail
	}
	if text := checkQuery(r.URL); text != "" {
		return badQuery(text)
	}
	record, err := h.queue.Get(r.Context(), id)
	if errors.Is(err, queue.ErrNotFound) {
		return noMail
	}
	if err != nil {
		return broken(err)
	}
	content := mailPage{Record: record, Waiting: waiting(record.State)}
	if content.Waiting {
		if content.Down, err = h.down(r.Context(), record.Entry); err != nil {
			return broken(err)
		}
	}
	for _, to := range record.Recipients[:min(len(record.Recipients), maxRecipients)] {
		content.Recipients = append(content.Recipients, recipient{
			to.To, recipientStates[to.State], reply(to.Last), to.Last.Relay, to.Last.Alarm,
		})
	}
	for _, a := range record.History {
		content.Attempts = append(content.Attempts, attempt{a, reply(a.Report)})
	}
	if h.config.Authorize(r, Content) {
		content.Readable = true
		// RFC 5322 section 2.1: an empty line ends the headers.
		headers, body, _ := bytes.Cut(record.Mail.Data, []byte("\r\n\r\n"))
		content.Headers, content.Body = newSource(headers), newSource(body)
	}
	return answer{status: http.StatusOK, page: "mail", title: subject(record.Subject), content: content}
}

// reply returns the outcome of an attempt and the relay's words.
func reply(r host.Report) string {
	if r == (host.Report{}) {
		return "not tried yet"
	}
	words := r.Outcome.String() + ":"
	if r.Code != 0 {
		words = fmt.Sprint(words, " ", r.Code)
	}
	return strings.Join(strings.Fields(words+" "+r.Enhanced+" "+r.Text), " ")
}

func newSource(data []byte) source {
	shown := data[:min(len(data), maxSource)]
	return source{Text: decode.Clean(string(shown)), Shown: len(shown), Size: len(data)}
}
