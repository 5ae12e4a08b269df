package compose

import (
	"bytes"
	"fmt"
	"slices"
)

// The types that a part may have.
const (
	TypeText     = "text/plain"
	TypeAMP      = "text/x-amp-html"
	TypeHTML     = "text/html"
	TypeCalendar = "text/calendar"
)

// partOrder is the order of the parts in an alternative: plainest first (RFC 2046
// section 5.1.4). The specification of AMP for mail wants its part before the HTML,
// for there are readers that show only the last part; and that is where those that
// understand invitations look for the calendar.
var partOrder = []string{TypeText, TypeAMP, TypeHTML, TypeCalendar}

// A tree grows from the leaves to the root:
//
//	mixed( related( alternative( text, AMP, HTML, calendar ), images ), attachments )
//
// with only those levels that have something to hold.
func (m *Message) tree() (*entity, error) {
	body, err := m.alternatives()
	if err != nil {
		return nil, err
	}
	images, attachments, err := m.leaves()
	if err != nil {
		return nil, err
	}
	if len(images) > 0 && m.part(TypeHTML) < 0 {
		return nil, fmt.Errorf("the mail embeds %d images and has no HTML part that shows them: write a part of type %s, or attach them", len(images), TypeHTML)
	}
	related := m.multipart("related", append([]*entity{body}, images...))
	return m.multipart("mixed", append([]*entity{related}, attachments...)), nil
}

// part returns the index of the part of a type, or -1.
func (m *Message) part(kind string) int {
	return slices.IndexFunc(m.Parts, func(p Part) bool { return p.Type == kind })
}

// alternatives makes the entity of the parts.
func (m *Message) alternatives() (*entity, error) {
	parts, err := m.readyParts()
	if err != nil {
		return nil, err
	}
	leaves := make([]*entity, len(parts))
	for i, p := range parts {
		if leaves[i], err = p.leaf(); err != nil {
			return nil, err
		}
	}
	return m.multipart("alternative", leaves), nil
}

// readyParts returns the parts in their order and cleaned, with the text that is made
// from the HTML, and at least one.
func (m *Message) readyParts() ([]Part, error) {
	if err := checkParts(m.Parts); err != nil {
		return nil, err
	}
	parts := slices.Clone(m.Parts)
	for i := range parts {
		parts[i].Text = cleanText(parts[i].Text)
	}
	parts, err := m.readyHTML(parts)
	if err != nil {
		return nil, err
	}
	if len(parts) == 0 {
		parts = []Part{{Type: TypeText}}
	}
	slices.SortFunc(parts, func(a, b Part) int {
		return slices.Index(partOrder, a.Type) - slices.Index(partOrder, b.Type)
	})
	return parts, nil
}

// readyHTML adds the text that is made from the HTML part, and moves the part's
// styles.
func (m *Message) readyHTML(parts []Part) ([]Part, error) {
	i := m.part(TypeHTML)
	if i < 0 {
		return parts, nil
	}
	if m.part(TypeText) < 0 && !m.NoText {
		text, err := textOf(parts[i].Text)
		if err != nil {
			return nil, err
		}
		parts = append(parts, Part{TypeText, cleanText(text)})
	}
	if m.InlineCSS {
		inlined, err := inlineCSS(parts[i].Text)
		if err != nil {
			return nil, err
		}
		parts[i].Text = cleanText(inlined)
	}
	return parts, nil
}

// leaves makes the entities of the files. An image that is embedded twice is one.
func (m *Message) leaves() (images, attachments []*entity, err error) {
	byID := map[string]File{}
	for _, f := range m.Files {
		if other, ok := byID[f.ContentID]; ok && f.ContentID != "" {
			if other.Name != f.Name || !bytes.Equal(other.Data, f.Data) {
				return nil, nil, fmt.Errorf("the files %q and %q have the same Content-ID %q: each image needs its own", clip(other.Name), clip(f.Name), clip(f.ContentID))
			}
			continue
		}
		byID[f.ContentID] = f
		leaf, err := f.leaf()
		if err != nil {
			return nil, nil, err
		}
		if f.ContentID != "" {
			images = append(images, leaf)
		} else {
			attachments = append(attachments, leaf)
		}
	}
	return images, attachments, nil
}
