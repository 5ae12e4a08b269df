package compose

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A Field is one header field as it goes on the wire, but unfolded: what needs
// encoding is encoded (RFC 2047). [Message.Bytes] refuses one that could not stand
// on a single line.
type Field struct{ Name, Value string }

// Bounds of a header line, in bytes without its CRLF.
const (
	maxFoldedLine = 76  // RFC 2047 section 2; RFC 5322 section 2.1.1 asks for 78
	maxLine       = 998 // RFC 5322 section 2.1.1
)

// MaxFieldName is how long the name of a field may be, in bytes: on its line is room
// for the shortest encoded word that holds any character.
const MaxFieldName = maxFoldedLine - len(": ") - len("=?utf-8?b?8J+YgA==?=")

// TextField makes a field of unstructured text, such as Subject or Comments. The
// text is trimmed and becomes one line, see [Line].
func TextField(name, text string) Field {
	return Field{name, encodeText(strings.TrimSpace(Line(text)), len(name))}
}

// AddressField makes a field of addresses. A local part beyond ASCII stands in it as
// it is (RFC 6532 section 3.2), and only a relay with SMTPUTF8 takes such a mail.
func AddressField(name string, list []Address) Field {
	return Field{name, encodeAddresses(list, len(name))}
}

// RawField makes a field whose value has a syntax of its own: Message-IDs, dates,
// URLs. It is folded at spaces and never encoded.
func RawField(name, value string) Field {
	return Field{name, strings.Trim(value, " \t")}
}

// check returns an error for a field that would be more or less than one field.
func (f Field) check() error {
	if err := checkFieldName(f.Name); err != nil {
		return err
	}
	for _, r := range f.Value {
		switch {
		case isControl(r) && r != '\t':
			return fmt.Errorf("the value of header %s has a line break or a control: take it out", f.Name)
		case r == utf8.RuneError && !utf8.ValidString(f.Value):
			return fmt.Errorf("the value of header %s is not UTF-8", f.Name)
		}
	}
	for rest := f.Value; rest != ""; {
		var word string
		if word, rest = cutWord(rest); len(word) > maxLine-len(f.Name)-len(": ") {
			return fmt.Errorf("the value of header %s has a word of %d bytes, and a line may have %d (RFC 5322 section 2.1.1)", f.Name, len(word), maxLine)
		}
	}
	return nil
}

// checkFieldName holds a name to RFC 5322 section 2.2, and to a length that leaves
// room on its line.
func checkFieldName(name string) error {
	if name == "" || len(name) > MaxFieldName {
		return fmt.Errorf("%q is no header name: it has %d bytes, not 1 to %d", clip(name), len(name), MaxFieldName)
	}
	for _, b := range []byte(name) {
		if b <= ' ' || b > '~' || b == ':' {
			return fmt.Errorf("%q is no header name: it has a character other than visible ASCII without the colon (RFC 5322 section 2.2)", name)
		}
	}
	if lower := strings.ToLower(name); lower == "mime-version" || strings.HasPrefix(lower, "content-") {
		return fmt.Errorf("header %s is written with the parts: leave it out", name)
	}
	return nil
}

// appendTo writes the field, folded before blanks so that no line is longer than
// need be (RFC 5322 section 2.2.3). A line never holds blanks alone, which RFC 5322
// section 4.2 calls obsolete and some readers take for the header's end.
func (f Field) appendTo(out []byte) []byte {
	out = append(append(out, f.Name...), ':')
	line := len(f.Name) + len(":")
	rest := " " + strings.TrimLeft(f.Value, " \t")
	for first := true; rest != ""; first = false {
		var word string
		word, rest = cutWord(rest)
		if !first && line+len(word) > maxFoldedLine {
			out = append(out, "\r\n"...)
			line = 0
		}
		out = append(out, word...)
		line += len(word)
	}
	return append(out, "\r\n"...)
}

// cutWord cuts s behind its first word and the blanks before that.
func cutWord(s string) (word, rest string) {
	blanks := len(s) - len(strings.TrimLeft(s, " \t"))
	end := strings.IndexAny(s[blanks:], " \t")
	if end < 0 || strings.Trim(s[blanks+end:], " \t") == "" {
		return s, ""
	}
	return s[:blanks+end], s[blanks+end:]
}
