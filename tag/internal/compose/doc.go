// Package compose writes a mail (RFC 5322, MIME) from its header fields, the ways to
// read it and its files. It knows nothing of templates.
//
//	m := compose.Message{
//		Fields: []compose.Field{
//			compose.AddressField("To", list),
//			compose.TextField("Subject", "Größe"),
//		},
//		Parts: []compose.Part{{Type: "text/html", Text: page}},
//		Files: []compose.File{{Name: "terms.pdf", Data: pdf}},
//		Seed:  messageID,
//	}
//	data, err := m.Bytes()
//
// Whatever the texts, names and contents are, the mail has the fields, parts and
// files that were given, and no others; lines end in CRLF and are at most 998 bytes
// long, most of them 76. The same message gives the same bytes, on every machine.
//
// A mail with an HTML part gets a text made from it, unless it has one. Its style
// rules can be moved into style attributes, for the readers that drop <style>.
//
// Values of a template need their escaping before they come here: [Line] for
// unstructured headers, [ParseAddress] for addresses, html/template for HTML.
package compose
