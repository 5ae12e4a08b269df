package manage

import (
	"bytes"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/decode"
)

// A tab leads to one of the pages of a mail.
type tab struct {
	Name  string // what follows the mail's path; "" is the first
	Label string
}

var contentTabs = []tab{
	{"text", "Text"}, {"html", "HTML"}, {"headers", "Headers"}, {"files", "Files"}, {"source", "Source"},
}

// tabs returns the pages that the operator may see of the mail.
func (v *visit) tabs(record *queue.Record) []tab {
	first := []tab{{"", "Delivery"}}
	if len(record.Mail.Data) == 0 || !v.may(Content) {
		return first
	}
	return append(first, contentTabs...)
}

// letter returns the mail that the path names, decoded, or the answer that it cannot
// be had.
func (v *visit) letter() (*queue.Record, *decode.Message, *answer) {
	record, why := v.record()
	if why != nil {
		return nil, nil, why
	}
	if len(record.Mail.Data) == 0 {
		return nil, nil, &notKept
	}
	message, err := decode.Mail(record.Mail.Data)
	if err != nil { // its source can still be seen
		message = &decode.Message{Problems: []string{err.Error()}}
	}
	return record, message, nil
}

// content answers with the page of a tab, which show fills in.
func (v *visit) content(name string, show func(*says, *queue.Record, *decode.Message)) answer {
	record, message, why := v.letter()
	if why != nil {
		return *why
	}
	content := v.newMailPage(record, name)
	content.Problems, content.HasHTML = message.Problems, message.HTML != ""
	show(&content.says, record, message)
	return v.mailAnswer(content)
}

func (v *visit) mailText() answer {
	return v.content("text", func(s *says, _ *queue.Record, m *decode.Message) { s.Text = newSource(m.Text) })
}

func (v *visit) mailHTML() answer {
	return v.content("html", func(s *says, _ *queue.Record, m *decode.Message) {
		if m.HTML != "" {
			t := tame(m)
			s.Blocked, s.Links = t.blocked, t.links
		}
	})
}

func (v *visit) mailHeaders() answer {
	return v.content("headers", func(s *says, record *queue.Record, m *decode.Message) {
		s.Fields = m.Fields
		// RFC 5322 section 2.1: an empty line ends the headers.
		head, _, _ := bytes.Cut(record.Mail.Data, []byte("\r\n\r\n"))
		s.Text = newSource(string(head))
	})
}

func (v *visit) mailSource() answer {
	return v.content("source", func(s *says, record *queue.Record, _ *decode.Message) { s.Text = newSource(string(record.Mail.Data)) })
}

func (v *visit) mailFiles() answer {
	return v.content("files", func(s *says, _ *queue.Record, m *decode.Message) {
		s.Files, s.Structure = attachedTo(m), m.Structure
	})
}

const maxSource = 128 << 10 // bytes of a text on a page, which is made in memory

// A source is the first part of a text.
type source struct {
	Text  string
	Shown int // bytes
	Size  int // bytes, of the whole
}

func newSource(text string) source {
	shown := text[:min(len(text), maxSource)]
	return source{Text: decode.Clean(shown), Shown: len(shown), Size: len(text)}
}

// message answers with the mail as it is sent, for a mail program to open.
func (v *visit) message() answer {
	record, why := v.record()
	switch {
	case why != nil:
		return *why
	case len(record.Mail.Data) == 0:
		return notKept
	}
	return download(record.ID+".eml", "message/rfc822", record.Mail.Data)
}
