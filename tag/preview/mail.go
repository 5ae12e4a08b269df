package preview

import (
	"bytes"
	"net/http"

	"github.com/go-mailhost/mailhost/queue/decode"
	"github.com/go-mailhost/mailhost/tag"
)

// mailPage is the content of the page of one mail.
type mailPage struct {
	Source  tag.Source
	Number  int // of the sample's mails, from 1
	Of      int
	Size    int // bytes
	Notes   []string
	Facts   []fact
	Message string // URLs of this and other pages, "" for those that there are not
	Earlier string
	Later   string

	Samples []option // of the template, where there are several
	Locales []option // of the sample, where there are several
	Tabs    []option
	Tab     string

	Widths, Schemes, Images []option // of the tab "html"
	Frames                  []frame
	Text                    text // of the tabs "text", "calendar", "amp" and "source", and the raw headers
	Fields                  []decode.Field
	Links                   []*link
	MoreLinks               bool
	Structure               string
	Files                   []fileLink
}

// A fileLink is a file of a mail.
type fileLink struct {
	decode.File
	URL   string
	Shown bool // in the HTML
}

// A letter is one mail that a sample sends.
type letter struct {
	sample   sample
	siblings []sample // of its template, itself among them
	of       int      // mails that the sample sends
	composed tag.Composed
	message  *decode.Message
}

// letter returns the mail that the address names. Where there is none, the answer
// says why.
func (h *handler) letter(r *http.Request, at address) (l letter, why *answer) {
	fail := func(a answer) (letter, *answer) { return l, &a }
	var err error
	if l.sample, l.siblings, err = h.find(at); err != nil {
		return fail(failed(l.sample, err))
	}
	err = h.execute(r.Context(), l.sample, func(mails []tag.Composed) (err error) {
		if l.of = len(mails); at.Mail <= l.of {
			l.composed = mails[at.Mail-1]
			l.message, err = decode.Mail(l.composed.Mail.Data)
		}
		return err
	})
	switch {
	case err != nil:
		return fail(failed(l.sample, err))
	case l.message == nil:
		return fail(h.noMail(at, l.of))
	}
	return l, nil
}

func (h *handler) mail(r *http.Request, at address) answer {
	l, why := h.letter(r, at)
	if why != nil {
		return *why
	}
	mail := l.composed.Mail
	content := mailPage{
		Source: l.composed.Source, Number: at.Mail, Of: l.of, Size: len(mail.Data),
		Facts: facts(mail, l.message), Message: at.url(h.prefix, pageMessage),
	}
	content.Earlier, content.Later = h.neighbours(at, l.of)
	content.Samples, content.Locales = h.siblings(at, l.siblings)
	if at.Tab == "" {
		at.Tab = firstTab(l.message)
	}
	content.Tab, content.Tabs = at.Tab, h.tabs(at, l.message)
	content.show(h, at, l)
	return answer{status: http.StatusOK, page: "mail", title: subject(l.message.Subject), content: content}
}

// show fills in what the tab shows.
func (c *mailPage) show(h *handler, at address, l letter) {
	m := l.message
	links, more := linksOf(m.HTML)
	var lost []string
	switch at.Tab {
	case "html":
		_, lost = m.Inlined()
		c.frames(h, at, m)
	case "text":
		c.Text = newText(m.Text)
	case "calendar":
		c.Text = newText(m.Calendar)
	case "amp":
		c.Text = newText(m.AMP)
	case "headers":
		// RFC 5322 section 2.1: an empty line ends the headers.
		head, _, _ := bytes.Cut(l.composed.Mail.Data, []byte("\r\n\r\n"))
		c.Fields, c.Text = m.Fields, newText(string(head))
	case "links":
		c.Links, c.MoreLinks = links, more
	case "parts":
		c.Structure, c.Files = m.Structure, h.files(at, m)
	case "source":
		c.Text = newText(string(l.composed.Mail.Data))
	}
	c.Notes = notes(m, links, lost)
}
