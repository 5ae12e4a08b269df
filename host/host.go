// Package host hands envelopes to a mail server and reports what became of
// each recipient.
//
// Most users need one type. Set its address and use it:
//
//	h := &host.SMTP{Addr: "localhost:25"}
//	defer h.Close()
//
// or, with a relay elsewhere,
//
//	h := &host.SMTP{
//		Addr: "smtp.acme.example:587",
//		Auth: func() sasl.Client { return sasl.NewPlainClient("", "shop", password) },
//	}
//
// [SMTP] keeps up to MaxConns persistent connections, checks a connection that
// has been idle with NOOP before it uses it again, and opens a new one when an
// old one has proved dead. Mails follow each other as closely as the server
// allows. It is safe for concurrent use, like an [net/http.Transport], and like it
// should be made once and kept. Off loopback, mail goes over TLS to a server whose
// certificate is verified, or not at all, unless SMTP is told otherwise;
// credentials never go without.
//
// [LMTP] delivers to a mail store, [Pipe] through a program in the manner of
// sendmail. [Failover] and [Mux] choose among hosts, [Sign] signs by DKIM, and
// [Discard] sends nothing, for development. Tests send to package
// [github.com/go-mailhost/mailhost/host/hosttest], which can be made to fail.
//
// All of them are structs: set the fields, call Validate when the program starts,
// and Close, where there is one, when it ends. A mistake in the fields loses no
// mail: each is then [Unreachable], with Alarm set.
//
// Credentials come from the clients of package [github.com/emersion/go-sasl], and
// from [ScramSHA256] and [XOAuth2], which it lacks.
//
// A [Host] says what happened; it does not decide what to do about it. It never
// retries a mail that the server has refused for the mail's own sake, never
// sleeps on one, and keeps none: that is the work of package queue, which is
// where most mail should go. The [Outcome] of each recipient is chosen so that
// the queue can act on it without reading the server's words.
//
// What not to do: do not call Send with a mail you have not stored somewhere,
// if you mind losing it; do not read an [Uncertain] outcome as a refusal, for
// the mail may have been delivered.
package host

import "context"

// An Envelope is one message and where it goes. A Host does not modify it.
type Envelope struct {
	ID    string   // the queue's id; appears in logs, and as ENVID where the relay offers DSN (RFC 3461)
	Route string   // which relay should take it; "" is the default
	From  string   // reverse-path; "" is the null sender (RFC 5321 section 4.5.5)
	To    []string // forward-paths
	Data  []byte   // an RFC 5322 message, lines ended by CRLF, every line at most 998 bytes
}

// A Report is what became of one recipient of an envelope in one attempt.
type Report struct {
	To       string
	Outcome  Outcome
	Code     int    // SMTP reply code, 0 where there was none
	Enhanced string // enhanced status code (RFC 3463), "" where there was none
	Text     string // the relay's words, or ours: one line of at most 500 bytes, fit for a log and a page
	Relay    string // as configured: host:port, a socket's path, or Pipe's Path; "" where none was asked
	Alarm    bool   // an operator must act: certificate, credentials, configuration
	AtMail   bool   // Unreachable, but the relay was there: it gave up at this mail, which may be the reason
}

// A Host delivers mail. Implementations are safe for concurrent use.
type Host interface {
	// Send delivers each envelope of the batch and calls done once for each,
	// as soon as its outcome is known, with one Report per recipient in the
	// order of To.
	//
	// One Send uses one connection at a time; callers run Sends side by side
	// to use several. Send starts no envelope after ctx has ended: those are
	// Unsent. An envelope that was started is carried to its outcome, until
	// Abort(ctx) ends: a Host that looks at that closes its connection at once, and
	// reports Unsent for what it had not sent whole, Uncertain for what it had. Send
	// calls done from one goroutine at a time and makes its last call before
	// it returns.
	Send(ctx context.Context, batch []*Envelope, done func(i int, reports []Report))
}
