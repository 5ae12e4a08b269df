package manage

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/decode"
)

// maxRecipients is how many recipients a page shows, since pages are made in memory.
const maxRecipients = 500

// mailPage is the content of the pages of one mail: of what became of it, or of what
// it says.
type mailPage struct {
	*queue.Record
	Tab     string
	Tabs    []tab
	Actions []operation
	Requeue bool // may be queued anew

	Waiting    bool          // it is going to be sent by itself
	Down       []queue.Route // its own, where that keeps it waiting
	Recipients []recipient   // at most maxRecipients of the Record's
	Attempts   []attempt     // those of the Record's History
	Together   []queue.Entry // the mails of the same transaction, this one among them
	Search     string        // that finds them all

	says // for the other tabs
}

// says is what a mail says.
type says struct {
	Text      source
	Fields    []decode.Field
	Files     []attached
	Structure string
	Problems  []string
	Blocked   []string // what its HTML would have loaded
	Links     []string // where its HTML leads
	HasHTML   bool
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

// record returns the mail that the path names, or the answer that there is none.
func (v *visit) record() (*queue.Record, *answer) {
	if !mailID.MatchString(v.args[0]) {
		return nil, &noMail
	}
	record, err := v.queue.Get(v.ctx(), v.args[0])
	if err != nil {
		a := broken(err)
		return nil, &a
	}
	return record, nil
}

// mail answers with what became of a mail.
func (v *visit) mail() answer {
	record, why := v.record()
	if why != nil {
		return *why
	}
	content := v.newMailPage(record, "")
	var err error
	if content.Waiting {
		if content.Down, err = v.down(record.Entry); err != nil {
			return broken(err)
		}
	}
	if content.Together, content.Search, err = v.together(record); err != nil {
		return broken(err)
	}
	for _, to := range record.Recipients[:min(len(record.Recipients), maxRecipients)] {
		content.Recipients = append(content.Recipients, newRecipient(to))
	}
	for _, a := range record.History {
		content.Attempts = append(content.Attempts, attempt{a, reply(a.Report)})
	}
	return v.mailAnswer(content)
}

// newMailPage returns what all pages of the mail have.
func (v *visit) newMailPage(record *queue.Record, name string) mailPage {
	return mailPage{
		Record: record, Tab: name, Tabs: v.tabs(record), Actions: v.actions(record.State), Waiting: waiting(record.State),
		Requeue: len(record.Mail.Data) > 0 && v.may(Act) && v.may(Content),
	}
}

func (v *visit) mailAnswer(content mailPage) answer {
	a := answer{status: http.StatusOK, page: "mail", title: subject(content.Subject), content: content, current: "mail"}
	if v.json {
		a.data = v.mailJSON(content.Record)
	}
	return a
}

func newRecipient(r queue.Recipient) recipient {
	return recipient{r.To, recipientStates[r.State], reply(r.Last), r.Last.Relay, r.Last.Alarm}
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
