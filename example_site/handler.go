package main

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/go-mailhost/mailhost/queue/manage"
	"github.com/go-mailhost/mailhost/txn"
)

const maxBody = 64 << 10 // bytes of a form

// handler returns the shop and, beside it, the pages of the queue, which need no
// transaction.
func (s *site) handler() http.Handler {
	mux := http.NewServeMux()
	queues := s.queues()
	mux.Handle("/queues", queues)
	mux.Handle("/queues/", queues)
	mux.Handle("/", s.shop())
	return mux
}

// queues returns the pages of the queue. Whoever sits at this machine may do
// everything there, and stands as "demo" in their log.
func (s *site) queues() http.Handler {
	return manage.New(s.queue, manage.Config{
		Prefix:    "/queues",
		Home:      "/",
		From:      "shop@acme.example",
		Authorize: func(r *http.Request, _ manage.Right) bool { return local(r) },
		Operator:  func(*http.Request) string { return "demo" },
	})
}

// shop returns the pages of the shop. Every request has a transaction, to which its
// page adds mail.
func (s *site) shop() http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(s.refuseForeign))
	h := txn.Config{Logger: s.log}.Handler(s.queue, s.mux())
	return protect(http.MaxBytesHandler(guard.Handler(h), maxBody))
}

func (s *site) mux() *http.ServeMux {
	mux := http.NewServeMux()
	mux.Handle("/mails/", s.previews)
	mux.Handle("/{$}", s.methods(s.showHome, nil))
	mux.Handle("/order", s.methods(s.showOrderForm, s.takeOrder))
	mux.Handle("/gift-card", s.methods(s.showGiftCardForm, s.sellGiftCard))
	mux.Handle("/newsletter", s.methods(s.showNewsletterForm, s.sendNewsletter))
	mux.Handle("/inbox", s.methods(s.showInbox, nil))
	mux.Handle("/inbox/{mail}/html", s.methods(s.showLetterHTML, nil))
	mux.Handle("/inbox/{mail}/file/{file}", s.methods(s.downloadFile, nil))
	mux.Handle("/style.css", s.methods(showStyle, nil))
	mux.HandleFunc("/", s.showNotFound)
	return mux
}

// methods serves GET and HEAD with get, and POST with post where there is one.
func (s *site) methods(get, post http.HandlerFunc) http.Handler {
	by := map[string]http.HandlerFunc{http.MethodGet: get, http.MethodHead: get}
	if post != nil {
		by[http.MethodPost] = post
	}
	allow := strings.Join(slices.Sorted(maps.Keys(by)), ", ")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if serve := by[r.Method]; serve != nil {
			serve(w, r)
			return
		}
		w.Header().Set("Allow", allow) // RFC 9110 section 15.5.6
		s.sorry(w, r, http.StatusMethodNotAllowed, "That is not possible here", "This page answers "+allow+" only.")
	})
}

// protect sets the headers of every page.
func protect(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy",
			"default-src 'none'; style-src 'self'; img-src data:; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

func showStyle(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, files, "templates/style.css")
}
