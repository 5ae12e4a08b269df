package txn_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/txn"
)

// A page that goes out although its mail is dropped.
func ExampleHandler_rollback() {
	q, err := queue.Open(queue.Memory(), nil, queue.Config{})
	if err != nil {
		panic(err)
	}
	defer q.Close(context.Background())

	site := txn.Handler(q, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tx := txn.FromContext(r.Context())
		_ = tx.Add(receipt("Order 7 confirmed"))
		if r.FormValue("dry-run") != "" {
			_ = tx.Rollback()
		}
		fmt.Fprint(w, "Thank you")
	}))
	for _, path := range []string{"/order?dry-run=yes", "/order"} {
		w := httptest.NewRecorder()
		site.ServeHTTP(w, httptest.NewRequest("POST", path, nil))
		fmt.Println(path, w.Code, w.Body)
	}
	show(q)
	// Output:
	// /order?dry-run=yes 200 Thank you
	// /order 200 Thank you
	// outgoing Order 7 confirmed
}

// A page that streams adds its mail before its first Flush, and puts mail that comes
// later into transactions of their own.
func ExampleHandler_stream() {
	q, err := queue.Open(queue.Memory(), nil, queue.Config{})
	if err != nil {
		panic(err)
	}
	defer q.Close(context.Background())

	site := txn.Handler(q, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_ = txn.FromContext(r.Context()).Add(receipt("Import begun"))
		fmt.Fprint(w, "data: begun\n\n")
		if err := http.NewResponseController(w).Flush(); err != nil {
			return // the mail was not committed, and the answer was a 500
		}
		err := txn.Run(r.Context(), q, func(ctx context.Context) error {
			return txn.FromContext(ctx).Add(receipt("Import done"))
		})
		fmt.Fprintf(w, "data: done, %v\n\n", err)
	}))
	w := httptest.NewRecorder()
	site.ServeHTTP(w, httptest.NewRequest("GET", "/import", nil))
	fmt.Print(w.Body)
	show(q)
	// Unordered output:
	// data: begun
	//
	// data: done, <nil>
	//
	// outgoing Import done
	// outgoing Import begun
}
