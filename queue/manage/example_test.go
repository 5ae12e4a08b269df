package manage_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/manage"
)

// An application mounts the pages where its operators find them, and says who they
// are. Here they are whoever logged in as olga.
func Example() {
	q, err := queue.Open(queue.Memory(), host.Discard{}, queue.Config{})
	if err != nil {
		panic(err)
	}
	defer q.Close(context.Background())
	user := func(r *http.Request) string {
		name, _, _ := r.BasicAuth() // your own way to know who asks, which looks at the password too
		return name
	}
	mux := http.NewServeMux()
	mux.Handle("/queues/", manage.New(q, manage.Config{
		Prefix:    "/queues",
		Authorize: func(r *http.Request, right manage.Right) bool { return user(r) == "olga" && right != manage.Content },
		Operator:  user,
		From:      "shop@acme.example",
	}))

	ask := func(method, path, body, name string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		if name != "" {
			r.SetBasicAuth(name, "password")
		}
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		return w
	}
	fmt.Println(ask("GET", "/queues/", "", "").Code)
	fmt.Println(ask("GET", "/queues/", "", "olga").Code)
	fmt.Print(ask("POST", "/queues/pause.json", `{"route": "*"}`, "olga").Body)
	lines, err := q.Audits(context.Background(), 0, 1)
	fmt.Println(lines[0].Who, lines[0].What, lines[0].Which, err)
	// Output:
	// 403
	// 200
	// {"done":"pause","route":"*"}
	// olga pause * <nil>
}
