package main

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/go-mailhost/mailhost/host/hosttest"
	"github.com/go-mailhost/mailhost/tag/tagtest"
)

// A letter is a received mail as its reader sees it.
type letter struct {
	*tagtest.Message
	ID         string // of its content
	At         time.Time
	Recipients []string // of the envelope
	Text       string   // at most maxShown bytes
	Source     string   // at most maxShown bytes
	Untold     bool     // the shop has had no reply to it
}

const maxShown = 32 << 10 // bytes of a text, and of a source

// readLetter decodes what can be decoded; the source shows the rest.
func readLetter(m hosttest.Mail) letter {
	l := letter{ID: letterID(m), At: m.At, Recipients: m.To, Source: cut(string(m.Data)), Untold: m.Verdict == ""}
	var err error
	if l.Message, err = tagtest.Decode(m.Data); err != nil {
		l.Message = &tagtest.Message{Problems: []string{err.Error()}}
	}
	l.Text = cut(l.Message.Text)
	return l
}

// letterID names a mail by its content: two of the same content look the same.
func letterID(m hosttest.Mail) string {
	sum := sha256.Sum256(m.Data)
	return hex.EncodeToString(sum[:8])
}

// Files returns what can be downloaded: attachments, images, an invitation.
func (l letter) Files() []tagtest.File {
	files := append(l.Attachments[:len(l.Attachments):len(l.Attachments)], l.Images...)
	if l.Calendar != "" {
		files = append(files, tagtest.File{Name: "invitation.ics", Type: "text/calendar", Data: []byte(l.Calendar)})
	}
	return files
}

// cut returns the beginning of a text that is too long to be shown.
func cut(text string) string {
	if len(text) <= maxShown {
		return strings.ToValidUTF8(text, "\uFFFD")
	}
	return strings.ToValidUTF8(text[:maxShown], "\uFFFD") + "\n(and more)"
}
