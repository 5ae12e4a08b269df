package manage

import (
	"bytes"
	"fmt"
	"net/http"
	"net/mail"
	"strings"
	"time"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// test queues a test mail, which goes the way of all mail.
func (v *visit) test() answer {
	to, route := strings.TrimSpace(v.in.Get("to")), v.in.Get("route")
	if v.config.From == "" {
		return refuse(http.StatusConflict, "No test mails", "The application names no sender of test mails: it does so by Config.From.")
	}
	for _, address := range []string{v.config.From, to} {
		if _, err := host.ParseMailbox(address); err != nil {
			return badRequest(err.Error())
		}
	}
	known, err := v.hasRoute(route)
	switch {
	case err != nil:
		return broken(err)
	case route != "" && (!known || route == queue.AllRoutes):
		return refuse(http.StatusNotFound, "No such route", "No mail has had this route, and nothing was sent.")
	}
	m := testMail(v.config.From, to, time.Now())
	m.Route = route
	err = v.queue.Commit(v.ctx(), m)
	if err = v.log("test", choice{IDs: []string{m.ID}}, 1, err); err != nil {
		return broken(err)
	}
	v.board.outdate(v.ctx())
	return answer{status: http.StatusOK, redirect: true, to: "mail/" + m.ID, done: done{What: "test", Mails: 1},
		data: map[string]string{"done": "test", "id": m.ID}}
}

const testSubject = "Test mail"

// testMail returns a mail between addresses that were checked: they hold no line break.
func testMail(from, to string, now time.Time) *queue.Mail {
	id := queue.NewID()
	domain := from[strings.LastIndexByte(from, '@')+1:]
	var data bytes.Buffer
	for _, field := range [][2]string{
		{"From", (&mail.Address{Address: from}).String()},
		{"To", (&mail.Address{Address: to}).String()},
		{"Subject", testSubject},
		{"Date", now.Format(time.RFC1123Z)},
		{"Message-ID", "<" + id + "@" + domain + ">"},
		{"Auto-Submitted", "auto-generated"}, // RFC 3834: nobody's absence answers it
		{"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=us-ascii"},
	} {
		fmt.Fprintf(&data, "%s: %s\r\n", field[0], field[1])
	}
	data.WriteString("\r\nThis mail was sent from the page of the mail queue, to test the way that\r\nall mail of this application takes. You need not answer it.\r\n")
	return &queue.Mail{
		Envelope: host.Envelope{ID: id, From: from, To: []string{to}, Data: data.Bytes()},
		Lane:     queue.Immediate, Subject: testSubject,
	}
}
