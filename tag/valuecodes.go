package tag

// ErrForbiddenValue: "a value stands behind an address",
// "a value stands where its header depends on a branch", "a value stands in the header …"
//
// Example:
//
//	{{with sendmail}}
//	From: shop@acme.example
//	To: <{{.Email}}> {{.Name}}
//	{{end}}
//
// Discussion:
//
// No value may stand at this place of the headers, for whatever it holds, it could not
// be escaped so that it has one meaning. A display name comes before its address, and
// a comma before the next one: To: {{.Name}} <{{.Email}}>, {{.Other}}. Behind branches
// that end in different headers, begin a new line.
//
// A header that programs read, such as Precedence or List-Id, is written literally.
// List-Unsubscribe takes the value of the word "unsubscribe". What else varies can stand
// in a header whose name begins with X-.
const ErrForbiddenValue Code = "ErrForbiddenValue"

// ErrValueAsName: "a value stands where the name of a header must",
// "a template is called in the name of a header"
//
// Example:
//
//	{{with sendmail}}
//	From: shop@acme.example
//	To: {{.Email}}
//	{{.Greeting}}
//	{{end}}
//
// Discussion:
//
// Header names are literal, so that no value can add a header. Where the line was to
// be the body, put a blank line before it. Where its value decides which header is
// written, write each in a branch:
//
//	{{if .Copy}}Cc: {{.Copy}}{{end}}
const ErrValueAsName Code = "ErrValueAsName"

// ErrAmbiguousValue: "the value is a name in one branch and an address in another"
//
// Example:
//
//	{{with sendmail}}
//	From: shop@acme.example
//	To: {{.Who}}{{if .Email}} <{{.Email}}>{{end}}
//	{{end}}
//
// Discussion:
//
// A value before <…> is a display name, and may hold anything; a value that stands
// alone is exactly one address. Which of them it is must not depend on data. Write the
// mailbox whole in each branch:
//
//	To: {{if .Email}}{{.Who}} <{{.Email}}>{{else}}{{.Who}}{{end}}
const ErrAmbiguousValue Code = "ErrAmbiguousValue"

// ErrAddress: "the header … holds no addresses: …", "… stands in a list of addresses",
// "… stands behind an address", "the line ends …", "a second < stands in an address",
// "a backslash stands before nothing that it could quote",
// "a comma stands in angle brackets", "a comma stands in the header …"
//
// Example:
//
//	{{with sendmail}}
//	From: Acme, Inc. <shop@acme.example>
//	To: {{.Email}}
//	{{end}}
//
// Discussion:
//
// What the template itself writes into an address header is no list of mailboxes
// (RFC 5322 section 3.4). A mailbox is name@domain or Name <name@domain>; commas stand
// between mailboxes. A display name with a comma or another sign of its own goes in
// quotes: "Acme, Inc." <shop@acme.example>. A value needs none: {{.Name}} <{{.Email}}>.
//
// Comments in parentheses and groups of addresses are not supported.
const ErrAddress Code = "ErrAddress"

// ErrBranchEnd: "one branch ends …, another …", "the range ends … but began …",
// "text stands where its header depends on a branch"
//
// Example:
//
//	{{with sendmail}}
//	From: shop@acme.example
//	To: {{if .Name}}{{.Name}} <{{.Email}}{{else}}{{.Email}}{{end}}
//	{{end}}
//
// Discussion:
//
// What follows an {{if}}, {{with}} or {{range}} is escaped for the place where it
// stands, so all ways through must end at the same kind of place, as they must in
// html/template. In the example the > is missing in one branch. A range must end each
// round where it began, behind a comma for example. Whole lines may always stand in a
// branch.
const ErrBranchEnd Code = "ErrBranchEnd"

// ErrTemplateCall: "the template … cannot be called in the headers",
// "the template calls itself without end",
// "the template calls itself and ends at another place each time",
// "the templates in the headers call each other in too many ways"
//
// Example:
//
//	{{with sendmail}}
//	From: shop@acme.example
//	To: {{template "customers" .}}
//	{{end}}
//	{{define "customers"}}{{.Email}}, {{template "customers" .Next}}{{end}}
//
// Discussion:
//
// What a template prints in the headers is escaped for the place where it is called, so
// it must be known when the templates are parsed where it ends. One that calls itself
// needs an end, and must end at the same kind of place each time:
//
//	{{define "customers"}}{{.Email}}{{with .Next}}, {{template "customers" .}}{{end}}{{end}}
const ErrTemplateCall Code = "ErrTemplateCall"
