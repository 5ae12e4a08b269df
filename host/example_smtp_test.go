package host_test

import (
	"context"
	"fmt"

	"github.com/emersion/go-sasl"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/host/hosttest"
)

func ExampleSMTP() {
	relay := &hosttest.Server{} // in place of the mail server on this machine
	if err := relay.Start(); err != nil {
		fmt.Println(err)
		return
	}
	defer relay.Close()

	h := &host.SMTP{Addr: relay.Addr}
	defer h.Close()
	mail := &host.Envelope{
		From: "shop@acme.example",
		To:   []string{"ann@example.com", "550@example.com"},
		Data: []byte("From: shop@acme.example\r\nSubject: Your order\r\n\r\nIt is on its way.\r\n"),
	}
	h.Send(context.Background(), []*host.Envelope{mail}, func(_ int, reports []host.Report) {
		for _, r := range reports {
			fmt.Println(r.To, r.Outcome, r.Code)
		}
	})
	// Output:
	// ann@example.com delivered 250
	// 550@example.com permanent 550
}

// A relay elsewhere wants TLS and credentials.
func ExampleSMTP_auth() {
	relay := &hosttest.Server{StartTLS: true, Users: map[string]string{"shop": "secret"}, AuthRequired: true}
	if err := relay.Start(); err != nil {
		fmt.Println(err)
		return
	}
	defer relay.Close()

	h := &host.SMTP{
		Addr:      relay.Addr,
		TLS:       host.TLSRequired,  // as by itself, off loopback
		TLSConfig: relay.ClientTLS(), // for a certificate that the system does not know
		Auth:      func() sasl.Client { return sasl.NewPlainClient("", "shop", "secret") },
	}
	defer h.Close()
	mail := &host.Envelope{From: "shop@acme.example", To: []string{"ann@example.com"}, Data: []byte("Subject: Hello\r\n\r\n")}
	h.Send(context.Background(), []*host.Envelope{mail}, func(_ int, reports []host.Report) {
		fmt.Println(reports[0].Outcome)
	})
	received := relay.Mails()[0]
	fmt.Println(received.TLS, received.User)
	// Output:
	// delivered
	// true shop
}

func ExampleParseMailbox() {
	m, err := host.ParseMailbox("ann@bücher.example")
	fmt.Println(m, err)
	_, err = host.ParseMailbox("ann@example.com> SIZE=1")
	fmt.Println(err)
	// Output:
	// ann@xn--bcher-kva.example <nil>
	// host: "ann@example.com> SIZE=1" is no mailbox: '>' in the domain
}
