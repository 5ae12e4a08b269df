package tag

// ErrUnknownWord: "sendmail has no word …",
// "… stands where a word of sendmail must", "… stands where a word of a file must"
//
// Example:
//
//	{{with sendmail "soon"}}
//	From: shop@acme.example
//	To: {{.Email}}
//
//	Thank you.
//	{{end}}
//
//	{{sendmail .Email "subject" "Hello"}}
//
// Discussion:
//
// What follows sendmail are words, some of them with a value behind them. Words are
// string literals, so that mistakes in them are found before a mail is sent; only
// their values are dynamic. The package comment lists the words. In the second line
// of the example the word is missing: write {{sendmail "to" .Email …}}.
//
// The words of attach and embed are "as" and "type".
const ErrUnknownWord Code = "ErrUnknownWord"

// ErrMissingValue: "the word … has no value", "the part has no type", "… has no name"
//
// Example:
//
//	{{sendmail "from" "shop@acme.example" "to" .Email "subject"}}
//
// Discussion:
//
// The word must be followed by a value: a string, a field, a variable or an expression
// in parentheses, as in "subject" (printf "Order %d" .ID). A part is followed by its
// type, attach and embed by the name of the file.
const ErrMissingValue Code = "ErrMissingValue"

// ErrWrongValue: "… is no value for …", "… is no duration", "… is no address",
// "… stands where the content of a file must",
// "… has no content, and a file of the set is named by a string literal",
// "… cannot be the type of a file: …", "the file name …", "the header …: …",
// "… stands where the key of meta must", "the key of meta is empty", "the key is empty",
// "the key has …", "the route is empty", "the route has …", "… has a control character",
// "… is not UTF-8", "… is no time", "… is a time without its zone",
// "… is neither a duration nor a time", "the mail expires at once", "the URL is empty",
// "the URL has …", "… is no URL", "… is no URL of one address, such as …",
// "… is no URL that a mail program could open: …", "the header … holds no Message-IDs: …",
// "… stands among the Message-IDs of the header …",
// "a blank stands in a Message-ID", "a second < stands in a Message-ID", "the line ends …"
//
// Example:
//
//	{{sendmail "from" "shop@acme.example" "to" .Email "after" "tomorrow"}}
//
// Discussion:
//
// A value that stands in the template as a literal is checked when the template is
// parsed. A duration is written as [time.ParseDuration] reads it, such as "90m" or
// "36h"; a time with its zone, as 2027-01-31T08:00:00+01:00 (RFC 3339); an address as
// ann@example.com or Ann <ann@example.com>; a URL with https://, and with its other
// characters escaped (RFC 3986 section 2.1). The content of a file is no literal, but a
// field that holds []byte or an io.Reader.
//
// So is the text of a header that programs read: Auto-Submitted is no, auto-generated,
// auto-replied or auto-notified (RFC 3834 section 5), and In-Reply-To and References hold
// Message-IDs, <left@right> (RFC 5322 section 3.6.4).
//
// A field, variable or expression is checked when the mail is made.
const ErrWrongValue Code = "ErrWrongValue"

// ErrContradiction: "the word … stands twice", "the key … of meta stands twice",
// "… contradicts the word …", "the mail expires at …, before it may be sent at …"
//
// Example:
//
//	{{sendmail "from" "shop@acme.example" "to" .Email "immediate" "after" "1h"}}
//
// Discussion:
//
// Words are said that cannot both be meant, or one is said twice. A mail leaves at
// once or later; "defer" may have "after" or "at" beside it, which say when, and it
// expires behind that time. Several recipients are one value of one word: a []string,
// say.
const ErrContradiction Code = "ErrContradiction"

// ErrNoFrom: "the mail has no From"
//
// Example:
//
//	{{sendmail "to" .Email "subject" "Welcome"}}
//
// Discussion:
//
// Every mail says who wrote it (RFC 5322 section 3.6.2). Write a From line or the word
// "from", or give Config.From, which is the author of all mail that does not say.
const ErrNoFrom Code = "ErrNoFrom"

// ErrNoRecipient: "the mail has no recipient"
//
// Example:
//
//	{{with sendmail}}
//	From: shop@acme.example
//	Subject: Welcome
//
//	We are glad that you are here.
//	{{end}}
//
// Discussion:
//
// There is no To, Cc or Bcc, neither as a header line nor as a word. Recipients whose
// line a condition leaves empty, or whose list is empty, are an error when the mail is
// made.
const ErrNoRecipient Code = "ErrNoRecipient"
