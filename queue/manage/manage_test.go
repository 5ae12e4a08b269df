package manage

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// everyone has every right.
func everyone(*http.Request, Right) bool { return true }

// open returns a queue that sends nothing, on the store.
func open(t *testing.T, store queue.Store) *queue.Queue {
	t.Helper()
	q, err := queue.Open(store, nil, queue.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, q.Close(context.Background())) })
	return q
}

// shown returns the pages of the store, open to everyone.
func shown(t *testing.T, store queue.Store) http.Handler {
	t.Helper()
	return New(open(t, store), Config{Authorize: everyone})
}

// id returns the n-th of ids that sort by n.
func id(n int) string { return fmt.Sprintf("%026d", n) }

// letter returns a mail that a store takes as it is.
func letter(n int, to ...string) *queue.Mail {
	return &queue.Mail{
		Envelope: host.Envelope{
			ID: id(n), From: "shop@acme.example", To: to,
			Data: []byte("Subject: hello\r\nX-Order: 7\r\n\r\nDear reader,\r\n\r\nall is well.\r\n"),
		},
		Subject: fmt.Sprintf("letter %d", n),
	}
}

func insert(t *testing.T, store queue.Store, mails ...*queue.Mail) {
	t.Helper()
	require.NoError(t, store.Insert(t.Context(), mails))
}

func request(h http.Handler, method, target string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, target, nil))
	return w
}

// get returns the page, which has that status.
func get(t *testing.T, h http.Handler, status int, target string) string {
	t.Helper()
	w := request(h, http.MethodGet, target)
	require.Equal(t, status, w.Code, "%s: %s", target, w.Body)
	return w.Body.String()
}

func TestClosedByDefault(t *testing.T) {
	store := queue.Memory()
	insert(t, store, letter(1, "ann@example.com"))
	h := New(open(t, store), Config{Prefix: "/queues"})
	for _, path := range []string{"", "/", "/outgoing", "/mail/" + id(1), "/mail/" + id(2), "/nothing", "/outgoing?before=x"} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete} {
			w := request(h, method, "/queues"+path)
			require.Equal(t, http.StatusForbidden, w.Code, path)
			require.Contains(t, w.Body.String(), "Config.Authorize")
			require.NotContains(t, w.Body.String(), "ann@")
			require.NotContains(t, w.Body.String(), "<nav>")
		}
	}
}

func TestOnlyThoseWithTheRightSeeQueues(t *testing.T) {
	store := queue.Memory()
	insert(t, store, letter(1, "ann@example.com"))
	h := New(open(t, store), Config{Authorize: func(r *http.Request, right Right) bool {
		return right == List && r.Header.Get("Operator") == "yes"
	}})
	for _, path := range []string{"/", "/outgoing", "/mail/" + id(1), "/nothing"} {
		body := get(t, h, http.StatusForbidden, path)
		require.Contains(t, body, "You may not see the queues.")
		require.NotContains(t, body, "Config.Authorize")
		require.NotContains(t, body, "ann@")
	}

	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/outgoing", nil)
	r.Header.Set("Operator", "yes")
	h.ServeHTTP(w, r)
	require.Equal(t, http.StatusOK, w.Code)
	require.Contains(t, w.Body.String(), "ann@example.com")
}

func TestMethods(t *testing.T) {
	store := queue.Memory()
	insert(t, store, letter(1, "ann@example.com"))
	h := shown(t, store)
	for path, allow := range map[string]string{
		"/": "GET, HEAD", "/outgoing": "GET, HEAD", "/confirm": "GET, HEAD", "/mail/" + id(1): "GET, HEAD",
		"/act": "POST", "/export": "POST", "/pause": "POST", "/resume": "POST", "/signal": "POST", "/test": "POST",
		"/mail/" + id(1) + "/requeue": "GET, HEAD, POST",
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions, "BREW"} {
			if strings.Contains(allow, method) {
				continue
			}
			w := request(h, method, path)
			require.Equal(t, http.StatusMethodNotAllowed, w.Code, "%s %s", method, path)
			require.Equal(t, allow, w.Header().Get("Allow"))
		}
	}
	require.Equal(t, http.StatusOK, request(h, http.MethodHead, "/").Code)
	require.Equal(t, http.StatusNotFound, request(h, http.MethodPost, "/nothing").Code)
}

func TestPrefix(t *testing.T) {
	store := queue.Memory()
	insert(t, store, letter(1, "ann@example.com"))
	q := open(t, store)
	for _, tt := range []struct {
		name, prefix string
		found        []string
		missing      []string
		link         string
	}{
		{"the root", "", []string{"/", "/outgoing"}, []string{"/queues", "/queues/outgoing"}, `"/outgoing"`},
		{"a folder", "/queues", []string{"/queues", "/queues/", "/queues/outgoing"},
			[]string{"/", "/outgoing", "/queuesxoutgoing", "/queuesoutgoing", "/other/outgoing"}, `"/queues/outgoing"`},
		{"a slash too many", "/queues/", []string{"/queues", "/queues/outgoing"}, nil, `"/queues/outgoing"`},
		{"a slash too few", "a/b", []string{"/a/b", "/a/b/outgoing"}, []string{"/a"}, `"/a/b/outgoing"`},
		{"not another server", "//evil.example", []string{"/evil.example/"}, nil, `"/evil.example/outgoing"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := New(q, Config{Prefix: tt.prefix, Authorize: everyone})
			for _, path := range tt.found {
				require.Contains(t, get(t, h, http.StatusOK, path), tt.link)
			}
			for _, path := range tt.missing {
				require.Contains(t, get(t, h, http.StatusNotFound, path), "No such page")
			}
		})
	}
}

func TestEveryLinkLeadsToAPage(t *testing.T) {
	store := queue.Memory()
	for n := range 60 {
		insert(t, store, letter(n+1, "ann@example.com"))
	}
	mux := http.NewServeMux()
	mux.Handle("/queues/", New(open(t, store), Config{Prefix: "/queues", Authorize: everyone}))

	seen := map[string]bool{"/queues/": true}
	for todo := []string{"/queues/"}; len(todo) > 0; todo = todo[1:] {
		parts := strings.Split(get(t, mux, http.StatusOK, todo[0]), `href="`)
		for _, part := range parts[1:] {
			link, _, _ := strings.Cut(part, `"`)
			link = html.UnescapeString(link)
			if !seen[link] && link != "#main" {
				seen[link] = true
				todo = append(todo, link)
			}
		}
	}
	for _, path := range []string{"/style.css", "/icon.svg", "/all", "/outgoing", "/sent", "/domains", "/audit", "/mail/" + id(60) + "/source", "/mail/" + id(1) + "/requeue"} {
		require.Contains(t, seen, "/queues"+path)
	}
}

func TestHome(t *testing.T) {
	store := queue.Memory()
	insert(t, store, letter(1, "ann@example.com"))
	q := open(t, store)
	for _, path := range []string{"/", "/outgoing", "/mail/" + id(1)} {
		require.NotContains(t, get(t, New(q, Config{Authorize: everyone}), http.StatusOK, path), "Back to")
		linked := get(t, New(q, Config{Authorize: everyone, Home: "/shop?a=1&b=2"}), http.StatusOK, path)
		require.Contains(t, linked, `href="/shop?a=1&amp;b=2">Back to the site`)
	}
	require.NotContains(t, get(t, New(q, Config{Authorize: everyone, Home: "javascript:alert(1)"}), http.StatusOK, "/"), "javascript")
}
