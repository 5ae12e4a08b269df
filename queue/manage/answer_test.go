package manage

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

func TestSecurityHeaders(t *testing.T) {
	store := queue.Memory()
	insert(t, store, letter(1, "ann@example.com"))
	q := open(t, store)
	for _, h := range []http.Handler{New(q, Config{}), New(q, Config{Authorize: everyone})} {
		for _, path := range []string{"/", "/outgoing", "/mail/" + id(1), "/nothing", "/sent?before=x", "/style.css", "/script.js", "/live?x"} {
			header := request(h, http.MethodGet, path).Header()
			policy := header.Get("Content-Security-Policy")
			require.Equal(t, "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "+
				"frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'", policy)
			require.Equal(t, "off", header.Get("X-DNS-Prefetch-Control"))
			require.Equal(t, "same-origin", header.Get("Cross-Origin-Opener-Policy"))
			require.Equal(t, "nosniff", header.Get("X-Content-Type-Options"))
			require.Equal(t, "no-store", header.Get("Cache-Control"))
			require.Equal(t, "no-referrer", header.Get("Referrer-Policy"))
			require.Contains(t, header.Get("Content-Type"), "; charset=utf-8")
		}
	}
}

func TestStyle(t *testing.T) {
	h := New(open(t, queue.Memory()), Config{Prefix: "/queues"})
	w := request(h, http.MethodGet, "/queues/style.css")
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, "text/css; charset=utf-8", w.Header().Get("Content-Type"))
	require.NotContains(t, w.Body.String(), "url(", "the policy allows none")
	require.Contains(t, get(t, h, http.StatusForbidden, "/queues/"), `href="/queues/style.css"`)
}

func TestAPageThatCannotBeMadeIsAnError(t *testing.T) {
	v := &visit{handler: &handler{config: Config{Authorize: everyone}, board: newBoard(open(t, queue.Memory()))}, rights: map[Right]bool{}, r: httptest.NewRequest(http.MethodGet, "/", nil)}
	for _, a := range []answer{
		{status: http.StatusOK, page: "unknown"},
		{status: http.StatusOK, page: "list", content: "not a list"},
	} {
		w := httptest.NewRecorder()
		v.write(w, a)
		require.Equal(t, http.StatusInternalServerError, w.Code)
		require.NotContains(t, w.Body.String(), "<html")
		require.Contains(t, w.Body.String(), "manage: this page could not be made")
	}
}

// hostile holds what must reach no page as it is: a script, an end of each
// context, a change of direction, a terminal's escape, and a byte that is not
// UTF-8.
const hostile = "<script>alert(1)</script>'\"></pre></title><img src=x onerror=alert(1)>\u202e\x1b[2J\xff"

// hostileStore holds a mail and a route all of whose words are hostile.
func hostileStore(t *testing.T) queue.Store {
	t.Helper()
	store := queue.Memory()
	m := letter(1, hostile, "second"+hostile)
	m.From, m.Route, m.Subject, m.Key = hostile, hostile, hostile, hostile
	m.Meta = map[string]string{hostile: hostile}
	m.Data = []byte("Subject: " + hostile + "\r\n\r\n" + hostile)
	insert(t, store, m)

	batch, _, err := store.Claim(t.Context(), queue.Want{Mails: 1, Bytes: 1})
	require.NoError(t, err)
	_, err = store.Finish(t.Context(), []queue.Finish{{
		Lease: batch.Mails[0].Lease,
		Recipients: []queue.Recipient{{
			To:   hostile,
			Last: host.Report{Outcome: host.Transient, Code: 450, Enhanced: hostile, Text: hostile, Relay: hostile},
		}},
		Attempt: true,
	}})
	require.NoError(t, err)

	routes, err := store.Routes(t.Context())
	require.NoError(t, err)
	routes[0].Down, routes[0].Alarm, routes[0].LastError = true, true, hostile
	done, err := store.SetRoute(t.Context(), routes[0])
	require.NoError(t, err)
	require.True(t, done)
	return store
}

func TestHostileWordsStayWords(t *testing.T) {
	h := shown(t, hostileStore(t))
	for _, tt := range []struct {
		path  string
		times int // that the hostile words are shown
	}{
		{"/", 3},               // a route: its name, in its button too, and its error
		{"/outgoing", 9},       // subject, from, to, the last words, the route, that it is down and its error; the label of the mark: subject and to
		{"/mail/" + id(1), 19}, // all of it, the last words as those of an attempt too, the subject as title and as heading
		{"/mail/" + id(1) + "/text", 5},
		{"/mail/" + id(1) + "/source", 6},
		{"/mail/" + id(1) + "/headers", 6},
	} {
		t.Run(tt.path, func(t *testing.T) {
			body := get(t, h, http.StatusOK, tt.path)
			body = regexp.MustCompile(`value="[^"]*"`).ReplaceAllString(body, "") // which is sent back as it is, and not shown
			for _, word := range []string{"<script>", "<img", "</pre></title>", "\u202e", "\x1b", "\xff"} {
				require.NotContains(t, body, word)
			}
			const escaped = "&lt;script&gt;alert(1)&lt;/script&gt;"
			require.Equal(t, tt.times, strings.Count(body, escaped))
		})
	}
}

func TestHostileAddressesAreRefusedWithoutEcho(t *testing.T) {
	h := shown(t, queue.Memory())
	for path, status := range map[string]int{
		"/%3Cscript%3Ealert(1)%3C/script%3E":             http.StatusNotFound,
		"/mail/%3Cscript%3E":                             http.StatusNotFound,
		"/sent?before=%3Cscript%3E":                      http.StatusBadRequest,
		"/sent?%3Cscript%3Ealert(1)%3C/script%3E=before": http.StatusBadRequest,
	} {
		require.NotContains(t, get(t, h, status, path), "<script>")
	}
}
