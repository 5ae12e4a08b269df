package metrics_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/metrics"
)

func Example() {
	ctx := context.Background()
	q, err := queue.Open(queue.Memory(), nil, queue.Config{}) // another process sends
	if err != nil {
		fmt.Println(err)
		return
	}
	defer q.Close(ctx)
	err = q.Commit(ctx, &queue.Mail{Envelope: host.Envelope{
		From: "shop@acme.example", To: []string{"ann@customer.example"}, Data: []byte("Subject: Hello\r\n\r\nHello\r\n"),
	}})
	if err != nil {
		fmt.Println(err)
		return
	}

	registry := prometheus.NewRegistry() // an application has one, and serves it by promhttp
	registry.MustRegister(metrics.New(q))
	families, err := registry.Gather()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			if value := m.GetGauge().GetValue(); family.GetName() == "mailhost_queue_mails" && value > 0 {
				var labels []string
				for _, l := range m.GetLabel() {
					labels = append(labels, l.GetName()+"="+l.GetValue())
				}
				fmt.Println(family.GetName(), strings.Join(labels, " "), value)
			}
		}
	}
	// Output: mailhost_queue_mails lane=normal queue=outgoing 1
}
