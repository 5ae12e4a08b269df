package tagtest

import (
	"fmt"
	"strings"
)

// HasSubject fails the test where the subject is another.
func (m *Mail) HasSubject(want string) {
	m.t.Helper()
	if m.Subject != want {
		m.t.Errorf("tagtest: the mail %s has another subject:\n  want: %q\n  got:  %q", m.who(), want, m.Subject)
	}
}

// HasHeader fails the test where no header field of the name has the value. The case
// of the name does not count.
func (m *Mail) HasHeader(name, want string) {
	m.t.Helper()
	var got []string
	for _, f := range m.Fields {
		if !strings.EqualFold(f.Name, name) {
			continue
		}
		if f.Value == want {
			return
		}
		got = append(got, fmt.Sprintf("%q", f.Value))
	}
	m.t.Errorf("tagtest: the mail %s has another %s:\n  want: %q\n  got:  %s", m.who(), name, want, orNone(got))
}

// GoesTo fails the test where the envelope's recipients are not exactly these, in
// any order: those of Bcc too.
func (m *Mail) GoesTo(addresses ...string) {
	m.t.Helper()
	missing, extra := without(addresses, m.Recipients), without(m.Recipients, addresses)
	if len(missing)+len(extra) > 0 {
		m.t.Errorf("tagtest: the mail %q has other recipients:\n  missing: %s\n  not wanted: %s",
			m.Subject, orNone(missing), orNone(extra))
	}
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

// TextContains fails the test for each of the parts that the text body has not.
func (m *Mail) TextContains(parts ...string) {
	m.t.Helper()
	m.contains("text", m.Text, parts)
}

// TextLacks fails the test for each of the parts that the text body has.
func (m *Mail) TextLacks(parts ...string) {
	m.t.Helper()
	m.lacks("text", m.Text, parts)
}

// HTMLContains fails the test for each of the parts that the HTML body has not. They
// are compared as markup: a "&" of the text is "&amp;" there.
func (m *Mail) HTMLContains(parts ...string) {
	m.t.Helper()
	m.contains("HTML", m.HTML, parts)
}

// HTMLLacks fails the test for each of the parts that the HTML body has.
func (m *Mail) HTMLLacks(parts ...string) {
	m.t.Helper()
	m.lacks("HTML", m.HTML, parts)
}

func (m *Mail) contains(what, body string, parts []string) {
	m.t.Helper()
	for _, part := range parts {
		if !strings.Contains(body, part) {
			m.t.Errorf("tagtest: the %s of the mail %s has no %q:\n%s", what, m.who(), part, indented(body))
		}
	}
}

func (m *Mail) lacks(what, body string, parts []string) {
	m.t.Helper()
	for _, part := range parts {
		if strings.Contains(body, part) {
			m.t.Errorf("tagtest: the %s of the mail %s has %q:\n%s", what, m.who(), part, indented(body))
		}
	}
}

const maxQuoted = 8 << 10 // bytes of a body in a failure

// indented is a body as a failure shows it.
func indented(body string) string {
	if body == "" {
		return "  (it is empty)"
	}
	rest := ""
	if more := len(body) - maxQuoted; more > 0 {
		body, rest = strings.ToValidUTF8(body[:maxQuoted], ""), fmt.Sprintf("\n  … and %d bytes more", more)
	}
	return "  " + strings.ReplaceAll(strings.TrimRight(body, "\n"), "\n", "\n  ") + rest
}
