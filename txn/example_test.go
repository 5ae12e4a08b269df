package txn_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/txn"
)

func receipt(subject string) *queue.Mail {
	return &queue.Mail{Subject: subject, Envelope: host.Envelope{
		From: "shop@acme.example",
		To:   []string{"jane@customer.example"},
		Data: []byte("Subject: " + subject + "\r\n\r\nThank you.\r\n"),
	}}
}

func show(q *queue.Queue) {
	entries, err := q.List(context.Background(), queue.Filter{}, queue.Page{})
	for _, e := range entries {
		fmt.Println(e.State, e.Subject)
	}
	if err != nil {
		fmt.Println(err)
	}
}

func ExampleHandler() {
	q, err := queue.Open(queue.Memory(), nil, queue.Config{})
	if err != nil {
		panic(err)
	}
	defer q.Close(context.Background())

	mux := http.NewServeMux()
	mux.HandleFunc("/order", func(w http.ResponseWriter, r *http.Request) {
		if err := txn.FromContext(r.Context()).Add(receipt("Order 7 confirmed")); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	mux.HandleFunc("/fail", func(w http.ResponseWriter, r *http.Request) {
		_ = txn.FromContext(r.Context()).Add(receipt("Order 8 confirmed"))
		http.Error(w, "out of stock", http.StatusConflict)
	})
	site := txn.Handler(q, mux)
	for _, path := range []string{"/order", "/fail"} {
		w := httptest.NewRecorder()
		site.ServeHTTP(w, httptest.NewRequest("POST", path, nil))
		fmt.Println(path, w.Code)
	}
	show(q)
	// Output:
	// /order 200
	// /fail 409
	// outgoing Order 7 confirmed
}

func ExampleTxn_RollbackTo() {
	q, err := queue.Open(queue.Memory(), nil, queue.Config{})
	if err != nil {
		panic(err)
	}
	defer q.Close(context.Background())

	tx := txn.Begin(q)
	defer tx.Rollback()
	err = tx.Add(receipt("Order 7 confirmed"))
	sp := tx.Savepoint()
	err = errors.Join(err, tx.Add(receipt("Your gift is on its way")))
	err = errors.Join(err, tx.RollbackTo(sp)) // there was no gift left
	err = errors.Join(err, tx.Commit(context.Background()))
	fmt.Println(err)
	show(q)
	// Output:
	// <nil>
	// outgoing Order 7 confirmed
}
