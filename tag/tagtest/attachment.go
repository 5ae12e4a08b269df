package tagtest

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// Attachment returns the attachment of the name, and ends the test where there is
// none.
func (m *Mail) Attachment(name string) File {
	m.t.Helper()
	f, names := m.attachment(name)
	if f == nil {
		m.t.Fatalf("tagtest: the mail %s has no attachment %q, but: %s", m.who(), name, orNone(names))
	}
	return *f
}

// HasAttachment fails the test where the attachment of the name is not there or has
// other contents.
func (m *Mail) HasAttachment(name string, want []byte) {
	m.t.Helper()
	f, names := m.attachment(name)
	switch {
	case f == nil:
		m.t.Errorf("tagtest: the mail %s has no attachment %q, but: %s", m.who(), name, orNone(names))
	case !bytes.Equal(f.Data, want):
		m.t.Errorf("tagtest: the attachment %q of the mail %s has other contents%s", name, m.who(), difference(want, f.Data))
	}
}

// attachment returns the first attachment of the name, nil where there is none, and
// the names of those before it.
func (m *Mail) attachment(name string) (f *File, names []string) {
	for i, f := range m.Attachments {
		if f.Name == name {
			return &m.Attachments[i], names
		}
		names = append(names, fmt.Sprintf("%q", f.Name))
	}
	return nil, names
}

// difference says how two contents differ, by lines where both are text.
func difference(want, got []byte) string {
	if isText(want) && isText(got) {
		return " (- want, + got):\n" + diff(string(want), string(got))
	}
	at := 0
	for at < min(len(want), len(got)) && want[at] == got[at] {
		at++
	}
	return fmt.Sprintf(":\n  want: %d bytes\n  got:  %d bytes, which differ from byte %d on", len(want), len(got), at)
}

func isText(data []byte) bool {
	return utf8.Valid(data) && bytes.IndexByte(data, 0) < 0
}
