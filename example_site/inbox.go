package main

import (
	"cmp"
	"fmt"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
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

// findLetter returns the letter that the address names.
func (s *site) findLetter(r *http.Request) (l letter, found bool) {
	if s.inbox == nil {
		return l, false
	}
	for _, m := range s.inbox.Mails() {
		if letterID(m) == r.PathValue("mail") {
			return readLetter(m), true
		}
	}
	return l, false
}

// strangerPolicy is the policy for what a mail brought: it may show itself and
// nothing else. It holds too where the address is opened by itself, not in the
// inbox's frame.
const strangerPolicy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox"

// showLetterHTML shows the HTML part of a mail, for the frame in the inbox. It is a
// page of its own, for a srcdoc would share the inbox's policy: either the letter
// had no styles, or the inbox more than it needs.
func (s *site) showLetterHTML(w http.ResponseWriter, r *http.Request) {
	l, found := s.findLetter(r)
	if !found || l.HTML == "" {
		s.showNotFound(w, r)
		return
	}
	w.Header().Set("Content-Security-Policy", strangerPolicy)
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("X-DNS-Prefetch-Control", "off") // a name that is looked up tells that the mail was read
	send(w, http.StatusOK, []byte(withPictures(l)))
}

// downloadFile sends a file of a mail. No browser shows it: it may hold scripts.
func (s *site) downloadFile(w http.ResponseWriter, r *http.Request) {
	l, _ := s.findLetter(r)
	n, err := strconv.Atoi(r.PathValue("file"))
	if l.Message == nil || err != nil || n < 1 || n > len(l.Files()) {
		s.showNotFound(w, r)
		return
	}
	f := l.Files()[n-1]
	header := w.Header()
	header.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": fileName(f.Name, n)}))
	header.Set("Content-Type", "application/octet-stream")
	header.Set("Content-Length", strconv.Itoa(len(f.Data)))
	_, _ = w.Write(f.Data) // a visitor who went away is nobody's error
}

// fileName returns the last part of a name that a stranger chose, which may be a
// path.
func fileName(name string, n int) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Trim(strings.ToValidUTF8(name, ""), " .")
	return cmp.Or(strings.Trim(name, "/"), fmt.Sprint("file-", n))
}
