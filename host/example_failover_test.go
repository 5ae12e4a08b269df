package host_test

import (
	"context"
	"fmt"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/host/hosttest"
)

func ExampleFailover() {
	relay, spare := &hosttest.Server{}, &hosttest.Server{} // in place of two mail servers
	for _, server := range []*hosttest.Server{relay, spare} {
		if err := server.Start(); err != nil {
			fmt.Println(err)
			return
		}
		defer server.Close()
	}

	h := &host.Failover{Hosts: []host.Host{
		&host.SMTP{Addr: relay.Addr},
		&host.SMTP{Addr: spare.Addr},
	}}
	defer h.Close()
	if err := h.Validate(); err != nil {
		fmt.Println(err)
		return
	}

	relay.Close()
	mail := &host.Envelope{
		From: "shop@acme.example",
		To:   []string{"ann@example.com"},
		Data: []byte("From: shop@acme.example\r\nSubject: Your order\r\n\r\nIt is on its way.\r\n"),
	}
	h.Send(context.Background(), []*host.Envelope{mail}, func(_ int, reports []host.Report) {
		fmt.Println(reports[0].Outcome, reports[0].Relay == spare.Addr)
	})
	// Output:
	// delivered true
}
