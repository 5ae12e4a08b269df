package tag

// ErrNoColon: "the header line … has no colon"
//
// Example:
//
//	{{with sendmail}}
//	From: shop@acme.example
//	To: {{.Email}}
//	Thank you for your order.
//	{{end}}
//
// Discussion:
//
// A mail begins with header lines, each a name, a colon and a value; a blank line
// ends them (RFC 5322 section 2.1). The usual cause is that the blank line before the
// body is missing.
const ErrNoColon Code = "ErrNoColon"

// ErrHeaderName: "… is no header name"
//
// Example:
//
//	{{with sendmail}}
//	From: shop@acme.example
//	To: {{.Email}}
//	Größe: XL
//
//	Thank you.
//	{{end}}
//
// Discussion:
//
// A header's name is made of ASCII letters, digits and hyphens, at most 54 of them.
// RFC 5322 section 2.2 allows more characters, but they do not survive all mail
// servers. A header's value may be written in any language.
const ErrHeaderName Code = "ErrHeaderName"

// ErrUnknownHeader: "the header … is not known here"
//
// Example:
//
//	{{with sendmail}}
//	From: shop@acme.example
//	To: {{.Email}}
//	Note: your order is on its way.
//	{{end}}
//
// Discussion:
//
// A header of that name has no rules here by which its values could be escaped. Often
// it is no header at all, but the first line of a body before which the blank line is
// missing; or it is misspelt. A header of your own begins with X-.
const ErrUnknownHeader Code = "ErrUnknownHeader"

// ErrOwnHeader: "the header … is written by MailHost itself"
//
// Example:
//
//	{{with sendmail}}
//	From: shop@acme.example
//	To: {{.Email}}
//	Content-Type: text/html
//
//	<p>Thank you.</p>
//	{{end}}
//
// Discussion:
//
// Date, Message-ID, MIME-Version and the headers that describe the content follow from
// what the mail holds, and those of the transport are not the author's to write. Leave
// the line out. For HTML write {{with part "text/html"}} … {{end}} into the block.
const ErrOwnHeader Code = "ErrOwnHeader"

// ErrHeaderTwice: "the header … stands twice",
// "the template … writes the header … a second time"
//
// Example:
//
//	{{with sendmail}}
//	From: shop@acme.example
//	To: {{.Email}}
//	Subject: Your order
//	Subject: Order {{.ID}}
//
//	Thank you.
//	{{end}}
//
// Discussion:
//
// A mail has one header of that name (RFC 5322 section 3.6). It may stand in both
// branches of an {{if}}. Of To, Cc and Bcc there may be several lines.
const ErrHeaderTwice Code = "ErrHeaderTwice"

// ErrControl: "the control character … stands in the headers"
//
// Example:
//
//	{{with sendmail}}
//	From: shop@acme.example
//	To: {{.Email}}
//	Subject: Order␇ {{.ID}}
//	{{end}}
//
// Discussion:
//
// The template itself holds a control character that is neither a tab nor a line
// break; in the example, ␇ stands for the character 7. It comes from copying out of
// another program, and many editors do not show it. Delete it. Controls in values
// become a space.
const ErrControl Code = "ErrControl"

// ErrContinuation: "the indented line …: continues the header …",
// "the block has no blank line, and its last line continues the header …"
//
// Example:
//
//	{{with sendmail}}
//	From: shop@acme.example
//	To: {{.Email}}
//	  Subject: Order {{.ID}}
//
//	Thank you.
//	{{end}}
//
// Discussion:
//
// A line that is indented further than the first continues the header of the line
// before it (RFC 5322 section 2.2.3). Here it begins like a header of its own, or is the
// last line of a block without a body, so it was meant as something else. Indent all
// header lines alike, and put a blank line before the body.
const ErrContinuation Code = "ErrContinuation"

// ErrBlankLine: "a blank line stands before the header line …:"
//
// Example:
//
//	{{with sendmail}}
//	From: shop@acme.example
//
//	To: {{.Email}}
//	Subject: Order {{.ID}}
//
//	Thank you.
//	{{end}}
//
// Discussion:
//
// The first blank line ends the headers, so the header line behind it would be the
// beginning of the body. Take the blank line out. Where the body really begins with
// these words, begin it with others.
const ErrBlankLine Code = "ErrBlankLine"

// ErrBlankInBranch: "the blank line that ends the headers stands inside a branch",
// "the blank line that ends the headers stands in a called template"
//
// Example:
//
//	{{with sendmail}}
//	From: shop@acme.example
//	To: {{.Email}}
//	{{if .Gift}}Subject: A gift for you
//
//	{{.Giver}} thought of you.{{end}}
//	{{end}}
//
// Discussion:
//
// Where the headers end must not depend on data: else the same line is a header in one
// mail and text in another. Write the header lines first, each branch of which may hold
// whole lines, then the blank line, and then the conditions of the body:
//
//	{{if .Gift}}Subject: A gift for you
//	{{end}}
//
//	{{if .Gift}}{{.Giver}} thought of you.{{end}}
const ErrBlankInBranch Code = "ErrBlankInBranch"
