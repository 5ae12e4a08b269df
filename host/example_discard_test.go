package host_test

import (
	"context"
	"fmt"

	"github.com/go-mailhost/mailhost/host"
)

func ExampleDiscard() {
	mail := &host.Envelope{
		From: "shop@acme.example",
		To:   []string{"ann@example.com"},
		Data: []byte("From: shop@acme.example\r\nSubject: Your order\r\n\r\nIt is on its way.\r\n"),
	}
	host.Discard{}.Send(context.Background(), []*host.Envelope{mail}, func(_ int, reports []host.Report) {
		for _, r := range reports {
			fmt.Printf("%s %v: %s\n", r.To, r.Outcome, r.Text)
		}
	})
	// Output:
	// ann@example.com delivered: discarded: sent to nobody, for the host is Discard
}
