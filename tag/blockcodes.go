package tag

// ErrPipeline: "sendmail stands in a pipeline or an assignment",
// "part stands in a pipeline or an assignment", "… stands inside another expression"
//
// Example:
//
//	{{$mail := sendmail "to" .Email}}
//	{{if sendmail "to" .Email}}sent{{end}}
//
// Discussion:
//
// A mail is no value that could be kept, tested or printed: it is sent when the
// request's transaction commits, after the page is made. Write a block,
// {{with sendmail …}} … {{end}}, or {{sendmail "to" …}} as an action of its own. Parts
// are blocks, too, and attach is an action of its own.
const ErrPipeline Code = "ErrPipeline"

// ErrElse: "a sendmail block has an else", "a part has an else"
//
// Example:
//
//	{{with sendmail "from" "shop@acme.example" "to" .Email}}
//	Subject: Welcome
//	{{else}}
//	<p>No mail was sent.</p>
//	{{end}}
//
// Discussion:
//
// A block is always sent if its place in the page is reached, so there is nothing else.
// A mail that depends on a condition stands in an {{if}}.
const ErrElse Code = "ErrElse"

// ErrNested: "a sendmail block stands inside a sendmail block",
// "a mail calls the template …, which sends mail itself", "a mail calls the mail template …",
// "a page calls the mail template …", "a part stands inside a part"
//
// Example:
//
//	{{with sendmail}}
//	From: shop@acme.example
//	To: {{.Email}}
//
//	Thank you.
//	{{with sendmail}}
//	From: shop@acme.example
//	To: shop@acme.example
//
//	One more order.
//	{{end}}
//	{{end}}
//
// Discussion:
//
// No mail sends another, and no page or mail calls the template of a whole mail. Close
// the first block with {{end}} before the second begins. If that seems to be so, an
// {{if}} or {{range}} in the first may lack its {{end}}. What two mails share goes into
// a template that both call.
const ErrNested Code = "ErrNested"

// ErrOutside: "… stands outside of a mail"
//
// Example:
//
//	<p>Your ticket: {{attach "ticket.pdf" .PDF}}</p>
//
// Discussion:
//
// part, attach and embed belong to a mail, and no mail reaches this place. Move it into
// the block. attach and embed may also stand in a template that a mail calls.
const ErrOutside Code = "ErrOutside"

// ErrJump: "… leaves …"
//
// Example:
//
//	{{range .Orders}}
//	{{with sendmail}}
//	From: shop@acme.example
//	To: {{.Email}}
//
//	{{if .Cancelled}}{{continue}}{{end}}
//	{{end}}
//	{{end}}
//
// Discussion:
//
// A block is executed by itself, so {{break}} and {{continue}} cannot reach a range
// around it. To leave a mail out, write the condition around the block.
const ErrJump Code = "ErrJump"

// ErrOuterAssignment: "… assigns to …, which was declared outside it"
//
// Example:
//
//	{{$count := 0}}
//	{{with sendmail}}
//	From: shop@acme.example
//	To: {{.Email}}
//
//	{{range .Items}}{{$count = add1 $count}}{{end}}
//	{{end}}
//
// Discussion:
//
// A block is executed by itself and is given the variables around it to read; what it
// assigned to them would be lost. Declare a variable inside the block, with :=.
const ErrOuterAssignment Code = "ErrOuterAssignment"
