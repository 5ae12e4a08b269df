package main

import (
	"net/http"
	"time"
)

// A newsletter is what goes to all subscribers.
type newsletter struct {
	Subject, Text string
	Subscribers   []customer
	Wait          time.Duration
}

var subscribers = []customer{
	{"Ann Lee", "ann@example.com"},
	{"Zoë Ångström", "zoe@example.com"},
	{"Patrick O'Brien, Jr.", "patrick@example.com"},
	{"山田 花子", "hanako@example.com"},
	{"Mr <b>Bold</b>", "bold@example.com"},
}

var sampleNews = newsletter{
	Subject: "The hole is back", Text: "The portable hole is back on our shelves.\n\nPlease mind where you put it.",
	Subscribers: subscribers, Wait: 5 * time.Minute,
}

func (s *site) showNewsletterForm(w http.ResponseWriter, r *http.Request) {
	s.askNewsletter(w, r, newForm(map[string]string{
		"subject": sampleNews.Subject, "text": sampleNews.Text,
	}))
}

func (s *site) askNewsletter(w http.ResponseWriter, r *http.Request, f *form) {
	s.show(w, r, f.status(), "newsletter_form.html", struct {
		*form
		Subscribers []customer
		Wait        time.Duration
	}{f, subscribers, s.wait})
}

// sendNewsletter shows the page whose template sends a mail to every subscriber.
func (s *site) sendNewsletter(w http.ResponseWriter, r *http.Request) {
	f := s.readForm(w, r)
	if f == nil {
		return
	}
	subject, text := f.text("subject", "The subject", 150), f.text("text", "The text", 5000)
	if f.bad() {
		s.askNewsletter(w, r, f)
		return
	}
	s.show(w, r, http.StatusOK, "newsletter.html", newsletter{subject, text, subscribers, s.wait})
}
