package main

import (
	"bytes"
	"net/http"
)

// show renders a page, with its mail.
func (s *site) show(w http.ResponseWriter, r *http.Request, status int, name string, data any) {
	if err := s.write(w, r, status, name, data); err != nil {
		s.fail(w, r, err)
	}
}

// write writes the whole page, or nothing where it fails.
func (s *site) write(w http.ResponseWriter, r *http.Request, status int, name string, data any) error {
	var page bytes.Buffer
	if err := s.pages.Execute(r.Context(), &page, name, data); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, err := page.WriteTo(w)
	return err
}
