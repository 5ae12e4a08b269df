package tag

// ErrTwoBodies: "the mail has a body and the word …",
// "the mail has a part of type … and the word …", "the mail has two parts of type …"
//
// Example:
//
//	{{with sendmail "text" .Note}}
//	From: shop@acme.example
//	To: {{.Email}}
//
//	Thank you.
//	{{end}}
//
// Discussion:
//
// The text of the mail is given twice, and only one could be sent. Write {{.Note}} into
// the body, or take the body out.
//
// Parts are of different types, for a mail program shows one of them. Two of one type
// may stand in the branches of an {{if}}.
const ErrTwoBodies Code = "ErrTwoBodies"

// ErrTextBesideParts: "text stands beside the parts of a mail"
//
// Example:
//
//	{{with sendmail}}
//	From: shop@acme.example
//	To: {{.Email}}
//
//	Thank you.
//	{{with part "text/html"}}<p>Thank you.</p>{{end}}
//	{{end}}
//
// Discussion:
//
// A mail is either one text or made of parts, which are all ways to read the same mail.
// Put the text into {{with part "text/plain"}} … {{end}}, or leave it out: a mail that
// has HTML only gets a text made from it.
const ErrTextBesideParts Code = "ErrTextBesideParts"

// ErrUnknownPart: "there is no part of type …",
// "… stands where the type of a part must", "… stands behind the type of a part"
//
// Example:
//
//	{{with sendmail}}
//	From: shop@acme.example
//	To: {{.Email}}
//
//	{{with part "html"}}<p>Thank you.</p>{{end}}
//	{{end}}
//
// Discussion:
//
// A part is a way to read the mail. Its type is a literal, for it decides how values are
// escaped: "text/plain", "text/html", "text/calendar" or "text/x-amp-html". Content of
// another type is attached: {{attach "prices.csv" .CSV}}.
const ErrUnknownPart Code = "ErrUnknownPart"

// ErrPartPlace: "a part stands in a template that mail calls",
// "embed stands outside of an HTML part"
//
// Example:
//
//	{{with sendmail}}
//	From: shop@acme.example
//	To: {{.Email}}
//
//	See our logo: {{embed "logo.png" .Logo}}
//	{{end}}
//
// Discussion:
//
// Parts stand in the block itself; a template may hold what is in them. embed gives a
// URL by which HTML shows an image of the mail, so it stands in a part of type
// "text/html": <img src="{{embed "logo.png" .Logo}}">. A file that is to be saved is
// attached.
const ErrPartPlace Code = "ErrPartPlace"

// ErrHTML: what html/template says of an HTML part
//
// Example:
//
//	{{with sendmail}}
//	From: shop@acme.example
//	To: {{.Email}}
//
//	{{with part "text/html"}}<p {{if .Late}}class="late{{end}}">Thank you.</p>{{end}}
//	{{end}}
//
// Discussion:
//
// html/template escapes the values of an HTML part, for which it must understand the
// HTML around them. Its own codes explain what it says:
// [html/template.ErrorCode]. Often a quote or an angle bracket is missing.
const ErrHTML Code = "ErrHTML"

// ErrNoFile: "there is no file …", "open …", "… is no regular file"
//
// Example:
//
//	{{with sendmail}}
//	From: shop@acme.example
//	To: {{.Email}}
//
//	{{attach "docs/terms.pdf"}}
//	{{end}}
//
// Discussion:
//
// attach and embed without content name a file by its path in the file system that
// [ParseFS] was given, or in Config.Files. It must be there when the templates are
// parsed. Content that the application has is given behind the name:
// {{attach "terms.pdf" .PDF}}.
const ErrNoFile Code = "ErrNoFile"
