package hosttest_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/host/hosttest"
)

var order = host.Envelope{
	From: "shop@acme.example",
	Data: []byte("From: shop@acme.example\r\nSubject: Your order\r\n\r\nIt is on its way.\r\n"),
}

// send sends a mail and prints what became of it.
func send(h host.Host, to string) {
	mail := order
	mail.To = []string{to}
	h.Send(context.Background(), []*host.Envelope{&mail}, func(_ int, reports []host.Report) {
		fmt.Println(to, reports[0].Outcome, reports[0].Code)
	})
}

func Example() {
	srv := &hosttest.Server{}
	if err := srv.Start(); err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	h := &host.SMTP{Addr: srv.Addr}
	defer h.Close()

	send(h, "ann@example.com")
	send(h, "550@example.com")
	send(h, "451@example.com")
	send(h, "drop-after-dot@example.com")
	for _, m := range srv.Mails() {
		fmt.Printf("%v %q\n", m.To, m.Verdict)
	}
	// Output:
	// ann@example.com delivered 250
	// 550@example.com permanent 550
	// 451@example.com transient 451
	// drop-after-dot@example.com uncertain 0
	// [ann@example.com] "250 2.0.0 OK: queued"
	// [drop-after-dot@example.com] ""
}

// A table test lists one fault on each line.
func ExampleFault() {
	for _, fault := range []hosttest.Fault{
		{At: hosttest.Greeting, Reply: "554 5.3.2 No service"},
		{At: hosttest.EHLO, Do: hosttest.Close},
		{At: hosttest.MAIL, From: "*@acme.example", Reply: "550 5.7.1 Not you"},
		{At: hosttest.RCPT, To: "ann@*", Reply: "450 4.2.1 Greylisted"},
		{At: hosttest.Verdict, Do: hosttest.Reset},
		{At: hosttest.Verdict, Raw: "25"},
		{At: hosttest.Verdict, Delay: time.Millisecond},
	} {
		srv := &hosttest.Server{Faults: []hosttest.Fault{fault}}
		if err := srv.Start(); err != nil {
			log.Fatal(err)
		}
		h := &host.SMTP{Addr: srv.Addr, Timeouts: host.Timeouts{Verdict: time.Second}}
		fmt.Print(fault.At, ": ")
		send(h, "ann@example.com")
		h.Close()
		srv.Close()
	}
	// Output:
	// Greeting: ann@example.com unreachable 554
	// EHLO: ann@example.com unreachable 0
	// MAIL: ann@example.com permanent 550
	// RCPT: ann@example.com transient 450
	// Verdict: ann@example.com uncertain 0
	// Verdict: ann@example.com uncertain 0
	// Verdict: ann@example.com delivered 250
}

// A test that ends with no connection left.
func ExampleServer_Until() {
	srv := &hosttest.Server{MaxPerConn: 2}
	if err := srv.Start(); err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	h := &host.SMTP{Addr: srv.Addr}
	for range 5 {
		send(h, "ann@example.com")
	}
	h.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	counts, err := srv.Until(ctx, func(c hosttest.Counts) bool { return c.Open == 0 })
	fmt.Println(counts.Conns, counts.Mails, counts.Verdicts, err)
	// Output:
	// ann@example.com delivered 250
	// ann@example.com delivered 250
	// ann@example.com delivered 250
	// ann@example.com delivered 250
	// ann@example.com delivered 250
	// 3 5 map[250:5] <nil>
}
