package queue_test

import (
	"context"
	"fmt"
	"time"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

func welcome() *queue.Mail {
	return &queue.Mail{
		Envelope: host.Envelope{
			From: "shop@acme.example", To: []string{"ann@customer.example"},
			Data: []byte("Subject: Welcome\r\n\r\nHello\r\n"),
		},
		Lane: queue.Immediate,
	}
}

// An application opens one queue, usually on a store of package queue/sqlite and
// with a host.SMTP, and closes it when it ends.
func ExampleOpen() {
	told := make(chan string, 1)
	q, err := queue.Open(queue.Memory(), host.Discard{}, queue.Config{
		OnOutcome: func(mail *queue.Mail, reports []host.Report) {
			told <- fmt.Sprintln(reports[0].To, reports[0].Outcome)
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	if err := q.Commit(ctx, welcome()); err != nil {
		fmt.Println(err)
	}
	fmt.Print(<-told)
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second) // then what is in flight is broken off
	defer cancel()
	fmt.Println(q.Close(ctx))
	// Output:
	// ann@customer.example delivered
	// <nil>
}

// A process that only commits, or only looks, opens the queue without a host.
func ExampleQueue_Hold() {
	ctx := context.Background()
	q, err := queue.Open(queue.Memory(), nil, queue.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer q.Close(ctx)
	if err := q.Commit(ctx, welcome(), welcome()); err != nil {
		fmt.Println(err)
	}
	_, err = q.Hold(ctx, queue.Filter{})
	fmt.Println(err)
	n, err := q.Hold(ctx, queue.Filter{To: "@customer.example"})
	fmt.Println(n, err)
	counts, err := q.Count(ctx, queue.Filter{})
	fmt.Println(counts[queue.Held], err)
	// Output:
	// queue: the filter is empty: say which mail is meant, or Filter{All: true} for all
	// 2 <nil>
	// 2 <nil>
}

func ExampleQueue_Pause() {
	ctx := context.Background()
	q, err := queue.Open(queue.Memory(), nil, queue.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer q.Close(ctx)
	fmt.Println(q.Pause(ctx, queue.AllRoutes))
	stats, err := q.Stats(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(stats.Routes[0].Name, stats.Routes[0].Paused)
	fmt.Println(q.Resume(ctx, queue.AllRoutes))
	// Output:
	// <nil>
	// * true
	// <nil>
}
