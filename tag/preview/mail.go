package preview

import (
	"bytes"
	"maps"
	"net/http"
	"slices"

	"github.com/go-mailhost/mailhost/tag"
	"github.com/go-mailhost/mailhost/tag/internal/decode"
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

// An option is one way to show something, among others.
type option struct {
	Label   string
	URL     string
	Current bool
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
	images := newInliner(m.Images)
	switch at.Tab {
	case "html":
		images.html(m.HTML)
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
	c.Notes = notes(m, links, images.Lost)
}

// neighbours returns the URLs of the mails before and after this one.
func (h *handler) neighbours(at address, of int) (earlier, later string) {
	n := at.Mail
	if at.Mail = n - 1; n > 1 {
		earlier = at.url(h.prefix, pageMail)
	}
	if at.Mail = n + 1; n < of {
		later = at.url(h.prefix, pageMail)
	}
	return earlier, later
}

// maxOptions bounds the samples that a page of a mail leads to.
const maxOptions = 100

// siblings returns the samples of the template by name, and those of this name by
// locale.
func (h *handler) siblings(at address, all []sample) (samples, locales []option) {
	named := map[string]bool{}
	for _, s := range all[:min(len(all), maxOptions)] {
		to := at.of(s)
		if !named[s.Name] {
			named[s.Name] = true
			samples = append(samples, option{orElse(s.Name, "unnamed"), to.url(h.prefix, pageMail), s.Name == at.Sample})
		}
		if s.Name == at.Sample {
			to.Mail = at.Mail // the same mail in another language
			locales = append(locales, option{orElse(s.Locale, "none"), to.url(h.prefix, pageMail), s.Locale == at.Locale})
		}
	}
	return several(samples), several(locales)
}

// several returns the options if there is a choice.
func several(options []option) []option {
	if len(options) < 2 {
		return nil
	}
	return options
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// Choice returns options and what they are of, for the template "options".
func (mailPage) Choice(label string, options []option) any {
	return struct {
		Label   string
		Options []option
	}{label, options}
}
