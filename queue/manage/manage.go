// Package manage shows a queue's mail on web pages, and lets operators act on it:
// how many mails stand in each queue and how fast they move, which routes are up or
// down, lists that can be searched, one mail with every attempt, its age by domain,
// and a log of what operators did.
//
// It is an http.Handler to be mounted where the application's operators find it:
//
//	pages := manage.New(q, manage.Config{
//		Prefix: "/queues",
//		Authorize: func(r *http.Request, right manage.Right) bool {
//			return isOperator(r)
//		},
//		Operator: func(r *http.Request) string { return userName(r) },
//	})
//	mux.Handle("/queues/", pages)
//
// The handler takes its Prefix off the path itself, so it needs no
// http.StripPrefix. It works on a queue that was opened without a host too, in a
// process of its own. Mount it outside of txn.Handler, which holds pages back: here
// are streams and downloads.
//
// Mail is private and its words come from strangers. The pages are closed until
// Config.Authorize opens them, escape every value, and are sent with a
// Content-Security-Policy that runs no script but theirs and asks nobody else.
// The HTML of a mail is shown in a sandbox, without scripts and without anything from
// elsewhere; this server asks for nothing that a mail names. What changes anything is
// a POST, which is refused where another site's page made it
// (http.CrossOriginProtection), and stands in the log.
//
// What not to do: do not let Authorize return true for everyone, unless the
// server listens where only operators are. Whoever may list mail sees addresses
// and subjects; whoever may read Content sees password links; whoever may Act can
// delete all mail.
//
// # JSON
//
// Each page is JSON for who asks so, by a path that ends in .json or by
// "Accept: application/json", with the same parameters:
//
//	GET  stats.json                            counts, rates, routes, mailers
//	GET  all.json?q=to:@example.com&before=ID  mail, newest first; "next" is the before of the page that follows
//	GET  failed.json                           of one queue
//	GET  mail/ID.json                          one mail; what it says, "content", needs Content
//	GET  domains.json?state=deferred           what waits, by recipient domain and age
//	GET  audit.json?before=NUMBER              what operators did
//	GET  confirm.json?do=retry&q=…             how many mails an action would touch, and the "q" to send
//	POST act.json      {"do": "retry", "q": "state:failed to:@example.com"}, or {"do": "hold", "id": ["…"]};
//	                   do is retry, hold, release, delete or reschedule, this with "at": "2026-11-25T14:00" (UTC);
//	                   "unfinished" says that its time was over: send it again
//	POST export        {"q": "…"} or {"id": ["…"]}: an mbox
//	POST pause.json    {"route": "eu"}, and resume.json; "*" is all routes
//	POST signal.json   {}
//	POST test.json     {"to": "ann@example.com", "route": ""}
//	POST mail/ID/requeue.json {"to": "ann@example.com\nbob@example.com"}
//
// The search words are those of queue.ParseFilter; "all" is all mail. An answer with
// a status of 400 or more is {"error": "…"}.
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
	// right. It may be asked several times for one request. nil: nobody has any
	// right.
	Authorize func(r *http.Request, right Right) bool

	// Operator names who makes the request, for the log of what operators did. nil,
	// or "": "unnamed".
	Operator func(r *http.Request) string

	// From is the sender of test mails, such as "shop@acme.example". "": none can
	// be sent.
	From string
}

// A Right is what an operator may do.
type Right uint8

const (
	List    Right = iota // see queues, routes, the log, and each mail's envelope, subject and state; without it nothing
	Content              // read what a mail says: its headers, body and files, and export it
	Act                  // change: retry, hold, release, delete, reschedule, pause, resume, send a test mail; with Content, queue a mail anew
)

type handler struct {
	queue   *queue.Queue
	prefix  string // "" or "/queues"
	config  Config
	guard   *http.CrossOriginProtection
	board   *board
	viewers chan struct{} // one value for each stream
	endings               // of servers
}

// New returns a handler for the queue's pages.
func New(q *queue.Queue, cfg Config) http.Handler {
	return &handler{
		queue:   q,
		prefix:  strings.TrimSuffix(path.Join("/", cfg.Prefix), "/"),
		config:  cfg,
		guard:   http.NewCrossOriginProtection(),
		board:   newBoard(q),
		viewers: make(chan struct{}, maxViewers),
	}
}
