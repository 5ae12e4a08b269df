// Package manage shows a queue's mail on web pages: how many mails stand in
// each queue, which routes are up or down, a list per queue, and one mail with
// what became of each recipient.
//
// It is an http.Handler to be mounted where the application's operators find
// it:
//
//	pages := manage.New(q, manage.Config{
//		Prefix: "/queues",
//		Authorize: func(r *http.Request, right manage.Right) bool {
//			return isOperator(r)
//		},
//	})
//	mux.Handle("/queues/", pages)
//
// The handler takes its Prefix off the path itself, so it needs no
// http.StripPrefix. It answers GET and HEAD, and changes nothing.
//
// Mail is private and its words come from strangers. The pages are closed until
// Config.Authorize opens them, escape every value, hold no script, and are sent
// with a Content-Security-Policy that would run none.
//
// What not to do: do not let Authorize return true for everyone, unless the
// server listens where only operators are. Whoever may list mail sees addresses
// and subjects; whoever may read Content sees password links.
package manage

import (
	"net/http"
	"path"
	"strings"

	"github.com/go-mailhost/mailhost/queue"
)

// Config holds the options of New.
type Config struct {
	// Prefix is the path that the handler is mounted at, such as "/queues".
	// "": the root.
	Prefix string

	// Home is a page of the application that every page links back to, such as
	// "/". "": no link.
	Home string

	// Authorize tells whether the request comes from an operator who has the
	// right. It is asked for List on each page, and on the page of one mail for
	// Content too. nil: nobody has any right.
	Authorize func(r *http.Request, right Right) bool
}

// A Right is what an operator may do.
type Right uint8

const (
	List    Right = iota // see queues, routes, and each mail's envelope, subject and state
	Content              // read a mail's headers and body
)

type handler struct {
	queue  *queue.Queue
	prefix string // "" or "/queues"
	config Config
}

// New returns a handler that shows the queue's mail.
func New(q *queue.Queue, cfg Config) http.Handler {
	prefix := strings.TrimSuffix(path.Join("/", cfg.Prefix), "/")
	return &handler{queue: q, prefix: prefix, config: cfg}
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// The page that says no is to look well too, and the sheet tells nothing.
	if r.URL.Path == h.prefix+"/style.css" && reads(r) {
		writeStyle(w)
		return
	}
	h.write(w, h.answer(r))
}

// answer returns what the request is answered with.
func (h *handler) answer(r *http.Request) answer {
	switch {
	case h.config.Authorize == nil:
		return notOpened
	case !h.config.Authorize(r, List):
		return forbidden
	case !reads(r):
		return wrongMethod
	}
	place, ok := strings.CutPrefix(r.URL.Path, h.prefix)
	if place == "" {
		place = "/"
	}
	place, rooted := strings.CutPrefix(place, "/")
	if !ok || !rooted {
		return noPage
	}
	if place == "" {
		return h.overview(r)
	}
	if id, ok := strings.CutPrefix(place, "mail/"); ok {
		return h.mail(r, id)
	}
	return h.list(r, place)
}

// reads tells whether the request only reads.
func reads(r *http.Request) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodHead
}
