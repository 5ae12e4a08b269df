package main

import (
	"fmt"
	"io"
	"time"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/internal/entryjson"
)

var recipientStates = map[queue.RecipientState]string{
	queue.RecipientPending: "pending", queue.RecipientDelivered: "delivered",
	queue.RecipientFailed: "failed", queue.RecipientUncertain: "uncertain",
}

func (a *app) show(args []string) error {
	if len(args) == 0 {
		return usagef("show takes the id of a mail: mailq list says which there are")
	}
	for _, id := range args {
		record, err := a.queue.Get(a.ctx, id)
		if err == queue.ErrNotFound {
			return fmt.Errorf("%w: %s", errNothing, plain(id))
		}
		if err == nil {
			err = a.showRecord(record)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *app) showRecord(r *queue.Record) error {
	switch {
	case a.source && r.Mail.Data == nil:
		return fmt.Errorf("the data of %s is no longer kept", r.ID)
	case a.source:
		data := string(r.Mail.Data)
		if _, terminal := a.screen(a.out); terminal {
			data = plainLines(data)
		}
		_, err := io.WriteString(a.out, data)
		return err
	case a.json:
		return writeJSON(a.out, recordOf(r))
	}
	fmt.Fprintf(a.out, "id       %s\nstate    %s\nlane     %v\nroute    %q\nfrom     <%s>\nsubject  %s\nqueued   %s\ndue      %s\nexpires  %s\nsize     %s bytes\n",
		plain(r.ID), state(&r.Entry), r.Lane, r.Route, plain(r.From), plain(r.Subject), moment(r.Queued), moment(r.Due), moment(r.Expires), number(r.Size))
	fmt.Fprintln(a.out, "recipients")
	for _, to := range r.Recipients {
		fmt.Fprintf(a.out, "  %-9s %s  %s\n", recipientStates[to.State], plain(to.To), report(to.Last))
	}
	fmt.Fprintf(a.out, "attempts (%d counted)\n", r.Attempts)
	for _, try := range r.History {
		fmt.Fprintf(a.out, "  %s  %d of %d delivered  %s\n", moment(try.At), try.Delivered, try.Recipients, report(try.Report))
	}
	return nil
}

func moment(t time.Time) string { return t.Local().Format("2006-01-02 15:04:05 -0700") }

func report(r host.Report) string {
	if r == (host.Report{}) {
		return ""
	}
	code := ""
	if r.Code > 0 {
		code = fmt.Sprintf(" %d", r.Code)
	}
	return plain(fmt.Sprintf("%v%s %s %s [%s]", r.Outcome, code, r.Enhanced, r.Text, r.Relay))
}

type recipientJSON struct {
	To       string `json:"to"`
	State    string `json:"state"`
	Outcome  string `json:"outcome"`
	Code     int    `json:"code"`
	Enhanced string `json:"enhanced"`
	Text     string `json:"text"`
	Relay    string `json:"relay"`
}

type attemptJSON struct {
	At         time.Time `json:"at"`
	Recipients int       `json:"recipients"`
	Delivered  int       `json:"delivered"`
	Outcome    string    `json:"outcome"`
	Code       int       `json:"code"`
	Text       string    `json:"text"`
	Relay      string    `json:"relay"`
}

type recordJSON struct {
	entryjson.Line
	Meta     map[string]string `json:"meta,omitempty"`
	Outcomes []recipientJSON   `json:"outcomes"`
	History  []attemptJSON     `json:"history"`
}

func recordOf(r *queue.Record) recordJSON {
	j := recordJSON{Line: entryjson.Of(&r.Entry), Meta: r.Mail.Meta, Outcomes: []recipientJSON{}, History: []attemptJSON{}}
	for _, to := range r.Recipients {
		l := to.Last
		j.Outcomes = append(j.Outcomes, recipientJSON{to.To, recipientStates[to.State], l.Outcome.String(), l.Code, l.Enhanced, l.Text, l.Relay})
	}
	for _, h := range r.History {
		j.History = append(j.History, attemptJSON{h.At.UTC(), h.Recipients, h.Delivered, h.Report.Outcome.String(), h.Report.Code, h.Report.Text, h.Report.Relay})
	}
	return j
}
