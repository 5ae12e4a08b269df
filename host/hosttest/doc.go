// Package hosttest is an SMTP server that keeps what it receives and fails on
// demand, for tests and for trying things out. It listens on a real TCP port and
// is built on go-smtp's server.
//
//	srv := &hosttest.Server{}
//	if err := srv.Start(); err != nil { … }
//	defer srv.Close()
//	h := &host.SMTP{Addr: srv.Addr}
//	…
//	mails, err := srv.Wait(ctx, 1)
//
// It accepts every sender and recipient but the magic ones. Close makes it a
// relay that is down, and another Start brings it back at the same address with
// the mails it had. [Server.Counts] says what it has done, and [Server.Until]
// waits for that: no connection is left, say, or the second fault has struck.
//
// # Faults
//
// Tests list what goes wrong, one line for each fault; [Fault] says what can be
// said. They are the same whether a mail comes by DATA or in chunks by BDAT,
// and whether or not the client pipelines.
//
//	srv := &hosttest.Server{Faults: []hosttest.Fault{
//		{At: hosttest.Greeting, Conn: 1, Reply: "421 4.3.2 Busy"},
//		{At: hosttest.MAIL, Mail: 3, Do: hosttest.Reset},
//		{At: hosttest.RCPT, To: "*@full.example", Reply: "452 4.2.2 Mailbox full"},
//		{At: hosttest.Content, After: 1000, Do: hosttest.Close},
//		{At: hosttest.Verdict, Times: 1, Delay: time.Second},
//	}}
//
// # Magic addresses
//
// Some recipients bring their fault with them, at any domain, so that it can be
// seen from an ordinary mail. Where the table of faults says something, that wins.
//
//	550@…  451@…             refused at RCPT with that code, 400 to 599
//	421@…                    the same, and the connection is closed, as RFC 5321 has it
//	554-at-data@…            the mail is refused at DATA; in chunks, at the first BDAT
//	552-in-data@…            … before all of it has come
//	554-after-data@…         … when all of it has come
//	drop-at-rcpt@…           the connection is closed at RCPT
//	drop-at-data@…           … at DATA
//	drop-in-data@…           … in the content
//	drop-after-dot@…         … when all of the mail has come: it is received, and the client does not know
//	reset-at-rcpt@…          a TCP reset instead; also -at-data, -in-data and -after-dot
//	hang-at-rcpt@…           nothing more is said; also -at-data, -in-data and -after-dot
//	hang@…                   hang-after-dot
//	slow-at-rcpt@…           the reply comes after 3 seconds; also -at-data, -in-data and -after-dot
//	slow@…                   slow-after-dot
//
// Of several recipients with a fault at DATA or later the first counts, for the
// whole mail. -after-dot and -after-data mean the same. A sender can do it too,
// with -at-mail: 454-at-mail@…, 530-at-mail@… or drop-at-mail@….
//
// To see every outcome of package host:
//
//	Delivered    any other address
//	Transient    451@…
//	Permanent    550@…
//	Unreachable  from 454-at-mail@…, or after Close
//	Uncertain    drop-after-dot@…
//	Unsent       hang@… with a context that ends, for the mails behind it
//
// # What it speaks
//
// It announces PIPELINING, 8BITMIME, ENHANCEDSTATUSCODES, CHUNKING, SMTPUTF8, DSN,
// SIZE and LIMITS, and where [Server] has the fields for it STARTTLS and AUTH.
// It is no relay for the world: it delivers nothing, and forgets everything when
// the process ends.
package hosttest
