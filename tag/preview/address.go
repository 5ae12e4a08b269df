package preview

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// The pages, by what follows the prefix.
const (
	pageList    = ""
	pageMail    = "mail"
	pageFrame   = "frame"       // a mail's HTML
	pageMessage = "message.eml" // a mail for download
	pageFile    = "file"        // a file of a mail for download
)

const maxQuery = 2000 // bytes; a key of maxKey bytes fits, escaped

// An address says which mail a page shows, and how: it is the query of its URL.
type address struct {
	Template, Sample, Locale string

	Mail   int    // of those that the sample sends, from 1
	File   int    // of the mail, from 1
	Tab    string // what of the mail; "": HTML, or text where there is none
	Width  string // of the HTML: "phone", "desktop"; "": both
	Scheme string // the colours that the HTML is asked for: "light", "dark"; "": the reader's
	Images string // "remote": those of other sites are loaded
}

func (a address) key() key { return key{a.Template, a.Sample, a.Locale} }

// of returns the address of the first mail of a sample, shown as this one is.
func (a address) of(s sample) address {
	a.Template, a.Sample, a.Locale, a.Mail = s.Template, s.Name, s.Locale, 1
	return a
}

// A parameter is a part of an address in its query.
type parameter struct {
	name   string
	text   func(*address) *string
	number func(*address) *int
	values []string // that a text may have; none: any
}

var tabs = []string{"html", "text", "calendar", "amp", "headers", "links", "parts", "source"}

var parameters = []parameter{
	{name: "template", text: func(a *address) *string { return &a.Template }},
	{name: "sample", text: func(a *address) *string { return &a.Sample }},
	{name: "locale", text: func(a *address) *string { return &a.Locale }},
	{name: "mail", number: func(a *address) *int { return &a.Mail }},
	{name: "file", number: func(a *address) *int { return &a.File }},
	{name: "tab", text: func(a *address) *string { return &a.Tab }, values: tabs},
	{name: "width", text: func(a *address) *string { return &a.Width }, values: []string{"phone", "desktop"}},
	{name: "scheme", text: func(a *address) *string { return &a.Scheme }, values: []string{"light", "dark"}},
	{name: "images", text: func(a *address) *string { return &a.Images }, values: []string{"remote"}},
}

// takes says which parameters a page has.
var takes = map[string][]string{
	pageList:    {"template"},
	pageMail:    {"template", "sample", "locale", "mail", "tab", "width", "scheme", "images"},
	pageFrame:   {"template", "sample", "locale", "mail", "images"},
	pageMessage: {"template", "sample", "locale", "mail"},
	pageFile:    {"template", "sample", "locale", "mail", "file"},
}

// url returns the URL of a page at the address.
func (a address) url(prefix, page string) string {
	query := url.Values{}
	for _, p := range parameters {
		switch {
		case !slices.Contains(takes[page], p.name):
		case p.text != nil && *p.text(&a) != "":
			query.Set(p.name, *p.text(&a))
		case p.number != nil:
			query.Set(p.name, strconv.Itoa(*p.number(&a)))
		}
	}
	u := url.URL{Path: prefix + "/" + page, RawQuery: query.Encode()}
	return u.String()
}

// readAddress reads the query of a page's URL. Its error is a sentence.
func readAddress(u *url.URL, page string) (address, error) {
	at := address{Mail: 1, File: 1}
	if len(u.RawQuery) > maxQuery {
		return at, fmt.Errorf("the query is longer than %d bytes", maxQuery)
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return at, fmt.Errorf("the query is not well-formed: %w", err)
	}
	for name, values := range query {
		if len(values) > 1 {
			return at, fmt.Errorf("%q is given more than once", name)
		}
		if err := at.set(page, name, values[0]); err != nil {
			return at, err
		}
	}
	if page != pageList && at.Template == "" {
		return at, fmt.Errorf(`the query has no "template"`)
	}
	return at, nil
}

// set gives a parameter of the page a value.
func (a *address) set(page, name, value string) error {
	i := slices.IndexFunc(parameters, func(p parameter) bool { return p.name == name })
	if i < 0 || !slices.Contains(takes[page], name) {
		return fmt.Errorf("this page takes no %q in its query", name)
	}
	p := parameters[i]
	if p.number != nil {
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 {
			return fmt.Errorf("%q must be a number from 1", name)
		}
		*p.number(a) = n
		return nil
	}
	if value != "" && p.values != nil && !slices.Contains(p.values, value) {
		return fmt.Errorf("%q must be one of %s", name, strings.Join(p.values, ", "))
	}
	*p.text(a) = value
	return nil
}
