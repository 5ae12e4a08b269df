package main

import (
	"net/http"
	"slices"
)

const keptMails = 200 // that the server inside this process remembers

// showInbox shows what the mail server inside this process received, newest
// first.
func (s *site) showInbox(w http.ResponseWriter, r *http.Request) {
	page := struct {
		Relay string // "" where mail stays in this process
		Kept  int
		Mails []letter
	}{Kept: keptMails}
	if s.inbox == nil {
		page.Relay = s.smtp.Addr
	} else {
		for _, m := range slices.Backward(s.inbox.Mails()) {
			page.Mails = append(page.Mails, readLetter(m))
		}
	}
	s.show(w, r, http.StatusOK, "inbox.html", page)
}
