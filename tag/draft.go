package tag

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/go-mailhost/mailhost/tag/internal/compose"
)

// A draft is what a block has rendered, read into its parts.
type draft struct {
	addresses map[string][]compose.Address // by header
	subject   string
	fields    []Field // the other headers, in order
	parts     []compose.Part
	files     []compose.File
	noText    bool // no text is made from an HTML part
	inlineCSS bool // style rules of an HTML part move into style attributes

	date      time.Time
	messageID string // without angle brackets

	returnPath string // the reverse-path; "<>": none; "": the author's address
	plan
}

// readHeaders reads the header lines that a block rendered. Each line is whole:
// the analysis has joined folded lines, and no value can break one. A line that
// the template left empty is dropped.
func readHeaders(text string) (*draft, error) {
	d := &draft{addresses: map[string][]compose.Address{}}
	text = strings.ToValidUTF8(text, "\uFFFD") // a template's own bytes may be of another charset
	for line := range strings.Lines(text) {
		line = strings.Trim(line, " \t\n")
		if line == "" {
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		h, wrong := parseHeader(name)
		if wrong != nil {
			return nil, errors.New(wrong.what)
		}
		if err := d.line(h, value); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// line takes a header line.
func (d *draft) line(h header, value string) error {
	value = strings.Trim(value, " \t")
	switch {
	case value == "":
		return nil
	case onceOnly[h.name] && d.has(h.name):
		return fmt.Errorf("the header %s was written twice", h.name)
	}
	return d.set(h, value)
}

func (d *draft) set(h header, value string) error {
	switch {
	case h.kind == addressHeader:
		list, err := compose.ParseAddresses(value)
		if err != nil {
			return fmt.Errorf("%s: %w", h.name, err)
		}
		d.addresses[h.name] = append(d.addresses[h.name], list...)
		if h.one() && len(d.addresses[h.name]) > 1 {
			return fmt.Errorf("the mail has more than one %s address: write one", h.name)
		}
	case h.name == "Subject":
		d.subject = value
	case h.kind == messageIDHeader:
		ids, err := parseMessageIDs(value)
		if err != nil {
			return fmt.Errorf("%s: %w", h.name, err)
		}
		d.fields = append(d.fields, Field{h.name, ids})
	default:
		if err := checkStructured(h.name, value); h.kind == structuredHeader && err != nil {
			return fmt.Errorf("%s: %w", h.name, err)
		}
		d.fields = append(d.fields, Field{h.name, value})
	}
	return nil
}

// has reports whether the draft has a header.
func (d *draft) has(name string) bool {
	return len(d.addresses[name]) > 0 || name == "Subject" && d.subject != "" ||
		slices.ContainsFunc(d.fields, func(f Field) bool { return f.Name == name })
}

// setWords takes a block's words, which win over its header lines. values are those
// of the words that take one.
func (d *draft) setWords(said words, values []reflect.Value) error {
	for _, w := range said {
		var v any
		if w.takes > 0 {
			v, values = valueOf(values[0]), values[1:]
		}
		if err := w.set(d, w.key, v); err != nil {
			return fmt.Errorf("the word %q: %w: %s", w.name, err, w.wants)
		}
	}
	return nil
}

func setAddresses(name string) func(d *draft, _ string, v any) error {
	return func(d *draft, _ string, v any) (err error) {
		d.addresses[name], err = addressesOf(v)
		return err
	}
}

func checkAddress(s string) error {
	if _, err := compose.ParseAddress(s); err != nil {
		return fmt.Errorf("%q is no address", clip(s))
	}
	return nil
}

func (d *draft) setSubject(_ string, v any) (err error) {
	d.subject, err = lineOf(v)
	d.subject = strings.TrimSpace(d.subject)
	return err
}

// setText takes the text of a mail whose block has none.
func (d *draft) setText(_ string, v any) error {
	text, err := stringOf(v)
	d.parts = append(d.parts, compose.Part{Type: typeText, Text: text})
	return err
}

func (d *draft) setReturnPath(_ string, v any) error {
	if v == "<>" {
		d.returnPath = "<>"
		return nil
	}
	list, err := addressesOf(v)
	if err == nil && len(list) != 1 {
		err = fmt.Errorf("%d addresses stand where one must", len(list))
	}
	if err != nil {
		return err
	}
	d.returnPath = list[0].Mailbox.String()
	return nil
}

func checkReturnPath(s string) error {
	if s == "<>" {
		return nil
	}
	return checkAddress(s)
}

// drop takes out the fields of the names.
func (d *draft) drop(names ...string) {
	d.fields = slices.DeleteFunc(d.fields, func(f Field) bool { return slices.Contains(names, f.Name) })
}

// valueOf returns what a reflect.Value holds, nil where it holds nothing.
func valueOf(v reflect.Value) any {
	if !v.IsValid() || !v.CanInterface() {
		return nil
	}
	return v.Interface()
}
