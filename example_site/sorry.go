package main

import (
	"errors"
	"net/http"
)

// An apology is a page that says what went wrong.
type apology struct {
	Status  int
	Title   string
	Meaning string
}

// fail shows why a page failed. Its status is 400 or more, so the request's
// transaction is rolled back and none of its mail exists.
func (s *site) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, errDeclined) {
		s.sorry(w, r, http.StatusPaymentRequired, "The payment was declined",
			"The gift card was not sold. Its mail was written, but the page failed behind it: nothing was sent, and nothing waits.")
		return
	}
	s.log.Error("a page failed", "path", r.URL.Path, "error", err)
	s.sorry(w, r, http.StatusInternalServerError, "Something went wrong", "Nothing was ordered, and no mail was sent. Please try again.")
}

func (s *site) sorry(w http.ResponseWriter, r *http.Request, status int, title, meaning string) {
	page, err := s.render(r, "sorry.html", apology{status, title, meaning})
	if err != nil {
		http.Error(w, title+". "+meaning, status)
		return
	}
	send(w, status, page)
}

func (s *site) showNotFound(w http.ResponseWriter, r *http.Request) {
	s.sorry(w, r, http.StatusNotFound, "There is no such page", "The address may be mistyped. The shop is still there.")
}

// refuseForeign answers a form that another site's page has sent here.
func (s *site) refuseForeign(w http.ResponseWriter, r *http.Request) {
	s.sorry(w, r, http.StatusForbidden, "This form came from elsewhere",
		"Another site's page tried to send a form to the shop in your name. Nothing was done.")
}
