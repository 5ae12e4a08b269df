package main

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-mailhost/mailhost/host"
)

// A form is what a visitor typed, and what is wrong with it.
type form struct {
	Values   map[string]string // by field
	Problems map[string]string // by field: what is wrong and what to write instead
}

func newForm(values map[string]string) *form {
	return &form{Values: values, Problems: map[string]string{}}
}

// readForm returns the form that was posted. Where there is none to be read it
// shows a page that says so, and returns nil.
func (s *site) readForm(w http.ResponseWriter, r *http.Request) *form {
	if err := r.ParseForm(); err != nil {
		status, meaning := http.StatusBadRequest, "The form arrived damaged. Go back and send it again."
		if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
			status, meaning = http.StatusRequestEntityTooLarge, "The form is too long. Go back and write less."
		}
		s.sorry(w, r, status, "That could not be read", meaning)
		return nil
	}
	values := map[string]string{}
	for field := range r.PostForm {
		values[field] = r.PostForm.Get(field)
	}
	return newForm(values)
}

func (f *form) bad() bool { return len(f.Problems) > 0 }

// status returns what a page that shows the form again is answered with.
func (f *form) status() int {
	if f.bad() {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// text returns a field that must not be empty, without the space around it.
func (f *form) text(field, called string, most int) string {
	value := strings.TrimSpace(f.Values[field])
	switch {
	case value == "":
		f.Problems[field] = called + " is missing."
	case !utf8.ValidString(value):
		f.Problems[field] = called + " has characters that cannot be read."
	case utf8.RuneCountInString(value) > most:
		f.Problems[field] = fmt.Sprintf("%s is too long: %d characters at most.", called, most)
	}
	return value
}

// address returns a field that must be one mail address.
func (f *form) address(field, called string) string {
	value := f.text(field, called, 254) // RFC 5321 section 4.5.3.1.3, without the brackets of a path
	if _, err := host.ParseMailbox(value); err != nil && f.Problems[field] == "" {
		f.Problems[field] = called + " cannot be used: write one such as ann@example.com."
	}
	return value
}

// number returns a field that must be a whole number within limits.
func (f *form) number(field, called string, least, most int) int {
	n, err := strconv.Atoi(f.text(field, called, 20))
	if f.Problems[field] == "" && (err != nil || n < least || n > most) {
		f.Problems[field] = fmt.Sprintf("%s must be a whole number from %d to %d.", called, least, most)
	}
	return n
}
