// Package tag lets templates of html/template send mail.
//
// The author of a page writes the mail where the page is written:
//
//	<h1>Thank you, {{.Customer.Name}}</h1>
//	{{with sendmail "immediate"}}
//	From: Acme Shop <shop@acme.example>
//	To: {{.Customer.Name}} <{{.Customer.Email}}>
//	Subject: Order {{.Order.ID}} confirmed
//
//	Dear {{.Customer.Name}}, we have your order.
//	{{end}}
//
// It is plain html/template syntax. Inside the block, dot, $ and every variable
// are what they were outside. The page shows nothing where the block stood. The
// mail goes into the request's transaction (package txn), and leaves only if that
// commits.
//
// The developer parses the pages with [ParseFS], or with any loader that
// registers [FuncMap] and then hands the set to [New], and executes them with
// [Set.Execute]:
//
//	set, err := tag.ParseFS(files, "templates/*.html")
//	...
//	err = set.Execute(r.Context(), w, "order.html", data)
//
// The request's context must hold a transaction, as it does below txn.Handler;
// without one, the first mail is an error. Pages and mail may call the functions of
// html/template, most of sprig's (see [FuncMap]), and those of Config.Funcs.
//
// # Header lines
//
// A block begins with header lines, and a blank line ends them. A line that is
// indented further than its header continues it. The indentation of the first header
// line is taken off every line of the block; blanks around a value are dropped. A
// header line that if, range, with, end, template, assignments or comments leave
// empty, or whose value is left empty, is dropped and does not end the headers. What a
// value may be depends on the header:
//
//	From Sender                                           one address
//	To Cc Bcc Reply-To Disposition-Notification-To        addresses
//	Subject Comments Keywords Organization Feedback-ID
//	Thread-Topic Thread-Index, names that begin with X-   text
//	In-Reply-To References                                Message-IDs
//	Auto-Submitted Importance Priority Sensitivity
//	Precedence TLS-Required List-Id List-Help List-Owner
//	List-Archive List-Post List-Subscribe
//	List-Unsubscribe List-Unsubscribe-Post                literal text, no values
//
// Date, Message-ID, MIME-Version and Content-… are written by this package, and so is
// Auto-Submitted: auto-generated (RFC 3834) where the block does not write that header
// itself.
//
// # Values
//
// Each value is escaped for the place where it stands, which is found when the
// templates are parsed. In a text, line breaks and controls become one space.
// In an address header a value before <…> is a display name, whatever it holds; a
// value that stands alone or inside <…> is exactly one address, a string or a
// mail.Address, or an error; inside <…>, the name of a mail.Address does not count. A
// list of recipients is a typed list: []string, []mail.Address or []*mail.Address. A
// value among Message-IDs is one, with its <> or without, or a []string of them. No
// value can add a header, a recipient or a second mail. A text is not HTML-escaped. A
// missing map key or a nil value is an error.
//
// The envelope goes to To, Cc and Bcc together, from the address of From, which
// hears of mail that cannot be delivered. Of To, Cc and Bcc there may be several
// lines.
//
// A block may stand in a template that pages call, in range, if and with, and may call
// templates itself. In the headers, one is escaped for the place where it is called: it
// may be a part of a value, a value or several header lines, but the blank line stands
// in the block. A comment of HTML around a block does not keep its mail back; one of
// the template, {{/* … */}}, does.
//
// # Words
//
// The words after sendmail are string literals, some of them followed by a value: a
// literal, which is checked when the templates are parsed, or a field, a variable or an
// expression in parentheses, which is checked when the mail is made. Each stands once,
// "meta" once for each key.
//
// When the mail leaves. Without any of these it leaves at the mailer's next tick
// (queue.Config.Interval, 5 s), and is tried for 2 days (queue.Config.Lifetime):
//
//	"immediate"   wakes the mailer
//	"defer"       goes after everything else, 5 minutes from now (queue.Config.Defer), or
//	              when "after" or "at" says
//	"after" d     not before d has passed: a time.Duration, or a string such as "90m"
//	"at" t        not before t: a time.Time, or a string with its zone such as
//	              "2027-01-31T08:00:00+01:00" (RFC 3339); a time that has passed is now
//	"expires" d   given up when d, more than 0, has passed since the time of "after" or
//	              "at"; where neither stands, from now, and with "defer" more than the
//	              queue defers
//	"expires" t   given up at t, later than now and than the time of "after" or "at"
//
// "immediate", "after" and "at" exclude one another, and "immediate" excludes "defer".
//
// How the queue keeps it:
//
//	"key" s       a second mail with this key and these recipients is dropped; not empty,
//	              at most 200 bytes
//	"once"        at most once: where it is uncertain whether the relay took the mail, it
//	              is not sent again, but kept for the operator
//	"route" s     which relay takes it; not empty, at most 100 bytes; the default relay
//	"meta" k v    the application's own, to search by: k is a literal, v is printed as in a
//	              text; all of them together at most 4 KiB
//
// Who has it from whom. All but "return-path" win over the header lines of that name:
//
//	"to" a "cc" a "bcc" a "reply-to" a
//	                  one address, or a typed list of them
//	"from" a          one address; that of Config.From
//	"return-path" a   one address, which hears of mail that cannot be delivered, or "<>"
//	                  for nobody (RFC 5321 section 4.5.5); that of From
//
// What it says:
//
//	"subject" s       wins over the header line
//	"text" s          the text, where the block has none
//	"unsubscribe" u   the URL where a reader leaves the list: https, http or mailto, a
//	                  string, template.URL or url.URL of at most 898 bytes. It wins over
//	                  the header line List-Unsubscribe (RFC 2369), and one click is
//	                  enough where it is https (RFC 8058)
//	"no-text"         no text is made from an HTML part that stands alone
//	"inline-css"      style rules of an HTML part move into style attributes
//
// With words a mail needs no block: {{sendmail "to" .Email "subject" "Hi" "text" .Note}}.
// From Go code they are each an [Option] of [Set.Send].
//
// # Parts and files
//
// What follows the blank line is a plain text. For more, the block holds parts in its
// place, each once: ways to read the mail, of which a mail program shows the best.
//
//	{{with part "text/plain"}}Dear {{.Name}}…{{end}}
//	{{with part "text/html"}}<img src="{{embed "logo.png"}}"> <p>Dear {{.Name}}…{{end}}
//	{{attach "terms.pdf" .PDF}}
//	{{attach "docs/terms-3.pdf" "as" "Terms.pdf"}}
//
// A part is text/plain, text/html, text/calendar or text/x-amp-html. HTML is escaped by
// html/template; Outlook's <!--[if mso]> comments stay. A mail with an HTML part alone
// gets a text made from it.
//
// attach adds a file, embed an image that the HTML shows. Behind the name stands the
// content, a []byte or an io.Reader, which is read at once; without it, a literal name
// is the path of a file beside the templates. The words "as" and "type" give another
// name and another media type. Both may stand in templates that mail calls.
//
// In a calendar each value is escaped for its place (RFC 5545). Names of properties,
// parameters and components take no values. A parameter's value is quoted where it needs
// to be, if the value is all of it; else write the quotes: CN="{{.First}} {{.Last}}".
// Write mailto: or https:// before an address or a link. A time.Time is written in UTC,
// with TZID in that zone's time, with VALUE=DATE as a date; a time.Duration as PT1H30M.
// CATEGORIES, RESOURCES, EXDATE, RDATE and FREEBUSY take lists.
//
// # Mail templates
//
// A template whose name ends in .mail is a whole mail, header lines, blank line and
// body; [Set.Send] sends it from Go code:
//
//	id, err := set.Send(ctx, "welcome.mail", customer, tag.Immediate)
//
// # Defaults
//
// What all mail has in common is said once, in [Config]: its author, where answers go,
// the domain of its Message-IDs, header lines, its size. A mail's own lines, words and
// options win over it.
//
//	set, err := tag.Config{
//		From:    "Acme Shop <shop@acme.example>",
//		ReplyTo: "help@acme.example",
//		Headers: map[string]string{"Organization": "Acme Ltd."},
//	}.ParseFS(files, "templates/*.html")
//
// Config.Edit is a function that sees each mail as a [Message] before it is written,
// and may change or refuse it. [RedirectTo] is one for staging: all mail goes to one
// address.
//
// # Tests and previews
//
// Package tagtest records what a page sends, for tests; package preview shows every mail
// of a set with sample data. [Set.Reload] parses templates again that have changed.
//
// # Mistakes
//
// Inside a block, the variables of the page can be read; assigning to one is a
// mistake, and so are another block, and break or continue that leave it.
// Mistakes in the templates are found when they are parsed, all of them in all files
// at once, as file:line:column: what is wrong: what to write instead [code]. The
// constants of type [Code] explain each by an example: go doc tag.ErrNoColon.
package tag
