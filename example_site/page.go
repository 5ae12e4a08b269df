package main

import (
	"bytes"
	"net/http"
)

// show renders a page, with its mail.
func (s *site) show(w http.ResponseWriter, r *http.Request, status int, name string, data any) {
	page, err := s.render(r, name, data)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	send(w, status, page)
}

func (s *site) render(r *http.Request, name string, data any) ([]byte, error) {
	var page bytes.Buffer
	err := s.pages.Execute(r.Context(), &page, name, data)
	return page.Bytes(), err
}

func send(w http.ResponseWriter, status int, page []byte) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(page) // a visitor who went away is nobody's error
}
