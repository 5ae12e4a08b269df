// Package tagtest tests what an application mails.
//
// A [Recorder] stands where the queue stands. It takes and refuses mail as a queue
// does, sends none, and keeps each one decoded:
//
//	func TestOrder(t *testing.T) {
//		mails := tagtest.New(t)
//		site := txn.Handler(mails, shop) // the application's own handler
//		site.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/order", form))
//
//		m := mails.One()
//		m.GoesTo("ann@example.com")
//		m.HasSubject("Order 7 confirmed")
//		m.TextContains("Dear Ann", "42.00")
//		m.HasAttachment("terms.pdf", terms)
//	}
//
// Templates are tested without a server: [Recorder.Execute] executes a page in a
// transaction of its own, and [Recorder.ExecuteError] one that must fail. Mail
// templates, and other code that needs a transaction, run in [Recorder.Run].
//
//	page := mails.Execute(set, "order.html", data)
//	err := mails.Run(func(ctx context.Context) error {
//		_, err := set.Send(ctx, "welcome.mail", customer)
//		return err
//	})
//
// A whole mail is compared with what a reader sees, written down in the test or in
// a file. A difference is shown line by line:
//
//	m.Equal(`
//		From: Acme Shop <shop@acme.example>
//		To: Ann <ann@example.com>
//		Subject: Order 7 confirmed
//		Lane: immediate
//
//		Dear Ann, we have your order.`)
//	m.Golden("testdata/order.golden") // MAILHOST_UPDATE=1 go test writes it
//
// [Mail.String] says what this form consists of. For anything else a [Mail] has its
// fields, to be compared with any assertion library. [Mail.Link] finds the link that
// a reader would follow.
//
// [Read] gives the same to a mail that came by another way, from Set.Compose or from
// the server of host/hosttest. [Decode] reads a message outside of a test.
//
// What not to do: do not share a Recorder between tests, for its failures go to the
// test that it was made for; do not wait for mail by sleeping, for [Recorder.Wait]
// returns as soon as it is there.
package tagtest
