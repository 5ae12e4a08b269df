package manage

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// maxRequeued is how many recipients can be edited in a form.
const maxRequeued = 2000

// requeueForm is the content of the page that asks to whom a mail is to go anew.
type requeueForm struct {
	Entry    queue.Entry
	To       string // one in a line
	Problems []string
}

// requeueForm asks, and proposes those whom the mail did not reach.
func (v *visit) requeueForm() answer {
	record, why := v.requeued()
	if why != nil {
		return *why
	}
	var to []string
	for _, r := range record.Recipients {
		if r.State != queue.RecipientDelivered {
			to = append(to, r.To)
		}
	}
	if to == nil {
		to = record.Mail.To
	}
	return requeueAnswer(http.StatusOK, requeueForm{Entry: record.Entry, To: strings.Join(to, "\n")})
}

// requeued returns the mail that the path names, with its data.
func (v *visit) requeued() (*queue.Record, *answer) {
	record, why := v.record()
	switch {
	case why != nil:
		return nil, why
	case len(record.Mail.Data) == 0:
		return nil, &notKept
	case len(record.Recipients) > maxRequeued:
		a := refuse(http.StatusConflict, "Too many recipients", fmt.Sprintf(
			"This mail has %s: at most %s can be edited here. Retry it instead.", plural(len(record.Recipients), "recipient"), count(maxRequeued)))
		return nil, &a
	}
	return record, nil
}

func requeueAnswer(status int, form requeueForm) answer {
	a := answer{status: status, page: "requeue", title: "Send anew: " + subject(form.Entry.Subject), content: form, current: "mail",
		data: map[string]string{"id": form.Entry.ID, "to": form.To}}
	if form.Problems != nil {
		a.data = problem{strings.Join(form.Problems, " ")}
	}
	return a
}

// requeue commits a new mail that says the same, to the given recipients. The original
// stays as it is.
func (v *visit) requeue() answer {
	record, why := v.requeued()
	if why != nil {
		return *why
	}
	form := requeueForm{Entry: record.Entry, To: v.in.Get("to")}
	to, problems := readRecipients(form.To)
	if problems != nil {
		form.Problems = problems
		return requeueAnswer(http.StatusBadRequest, form)
	}
	// Without its Key, which would make it a duplicate.
	m := &queue.Mail{
		Envelope: host.Envelope{Route: record.Mail.Route, From: record.Mail.From, To: to, Data: record.Mail.Data},
		Lane:     record.Mail.Lane, Once: record.Mail.Once, Subject: record.Mail.Subject, Meta: record.Mail.Meta,
	}
	err := v.queue.Commit(v.ctx(), m)
	if err = v.log("requeue", choice{IDs: []string{record.ID, m.ID}}, 1, err); err != nil {
		return broken(err)
	}
	v.board.outdate(v.ctx())
	return answer{status: http.StatusOK, redirect: true, to: "mail/" + m.ID, done: done{What: "requeue", Mails: 1},
		data: map[string]any{"done": "requeue", "original": record.ID, "id": m.ID}}
}

// readRecipients reads the addresses, one in a line, or says what is wrong with them.
func readRecipients(text string) (to, problems []string) {
	for line := range strings.Lines(text) {
		address := strings.TrimSpace(line)
		if address == "" || slices.Contains(to, address) {
			continue
		}
		if _, err := host.ParseMailbox(address); err != nil {
			problems = append(problems, sentence(err.Error()))
		}
		to = append(to, address)
	}
	switch {
	case len(to) == 0:
		problems = []string{"Give one address at least."}
	case len(to) > maxRequeued:
		problems = []string{fmt.Sprintf("%s are too many: give %s at most.", count(len(to))+" addresses", count(maxRequeued))}
	}
	return to, problems[:min(len(problems), 10)]
}
