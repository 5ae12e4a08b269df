package host_test

import (
	"context"
	"fmt"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/host/hosttest"
)

func ExampleMux() {
	relay, bulk := &hosttest.Server{}, &hosttest.Server{} // in place of two mail servers
	for _, server := range []*hosttest.Server{relay, bulk} {
		if err := server.Start(); err != nil {
			fmt.Println(err)
			return
		}
		defer server.Close()
	}

	h := &host.Mux{
		Routes:  map[string]host.Host{"bulk": &host.SMTP{Addr: bulk.Addr}},
		Default: &host.SMTP{Addr: relay.Addr},
	}
	defer h.Close()

	data := []byte("From: shop@acme.example\r\nSubject: News\r\n\r\nThere is some.\r\n")
	batch := []*host.Envelope{
		{From: "shop@acme.example", To: []string{"ann@example.com"}, Data: data},
		{From: "shop@acme.example", To: []string{"bob@example.com"}, Data: data, Route: "bulk"},
	}
	h.Send(context.Background(), batch, func(_ int, reports []host.Report) {
		fmt.Println(reports[0].To, reports[0].Outcome)
	})
	fmt.Println(len(relay.Mails()), len(bulk.Mails()))
	// Output:
	// ann@example.com delivered
	// bob@example.com delivered
	// 1 1
}
