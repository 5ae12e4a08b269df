package manage

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

// getJSON returns the object at the path.
func getJSON(t *testing.T, h http.Handler, status int, target string) map[string]any {
	t.Helper()
	w := request(h, http.MethodGet, target)
	require.Equal(t, status, w.Code, w.Body)
	require.Equal(t, "application/json", w.Header().Get("Content-Type"))
	var object map[string]any
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &object))
	return object
}

func TestJSON(t *testing.T) {
	store := queue.Memory()
	h, q := operated(t, store)
	failedMail(t, store, letter(1, "ann@example.com"))
	insert(t, store, full(2))
	_, err := q.Hold(t.Context(), queue.Filter{IDs: []string{id(2)}})
	require.NoError(t, err)

	stats := getJSON(t, h, http.StatusOK, "/stats.json")
	require.Len(t, stats["queues"], 2)
	require.Len(t, stats["routes"], 1)
	require.NotEmpty(t, stats["perMinute"])

	list := getJSON(t, h, http.StatusOK, "/all.json")
	require.Len(t, list["mails"], 2)
	require.Equal(t, "", list["next"])
	mail := list["mails"].([]any)[1].(map[string]any)
	require.Equal(t, id(1), mail["id"])
	require.Equal(t, "failed", mail["state"])
	require.Len(t, getJSON(t, h, http.StatusOK, "/failed.json?q=to:ann")["mails"], 1)
	require.Empty(t, getJSON(t, h, http.StatusOK, "/sent.json")["mails"])

	one := getJSON(t, h, http.StatusOK, "/mail/"+id(1)+".json")
	recipient := one["recipients"].([]any)[0].(map[string]any)
	require.Equal(t, "permanent: 550 no such user", recipient["reply"])
	require.Len(t, one["attempts"], 1)
	content := getJSON(t, h, http.StatusOK, "/mail/"+id(2)+".json")["content"].(map[string]any)
	require.Contains(t, content["text"], "SECRETTEXT")
	require.Len(t, content["files"], 2)

	asked := getJSON(t, h, http.StatusOK, "/confirm.json?do=retry&q=state:failed")
	require.Equal(t, 1.0, asked["mails"])
	require.Contains(t, asked["q"], "state:failed before:")
	require.Len(t, getJSON(t, h, http.StatusOK, "/audit.json")["lines"], 1)
	domains := getJSON(t, h, http.StatusOK, "/domains.json?state=held")
	require.Equal(t, "example.com", domains["domains"].([]any)[0].(map[string]any)["domain"])
	require.Len(t, domains["upToMinutes"], len(queue.ShapeAges))

	for path, status := range map[string]int{
		"/nothing.json": http.StatusNotFound, "/mail/" + id(9) + ".json": http.StatusNotFound, "/all.json?q=stat:x": http.StatusBadRequest,
		"/all.json?x=1": http.StatusBadRequest, "/act.json": http.StatusMethodNotAllowed, "/domains.json?state=sent": http.StatusBadRequest,
	} {
		require.NotEmpty(t, getJSON(t, h, status, path)["error"], path)
	}
	require.NotEmpty(t, getJSON(t, New(q, Config{}), http.StatusForbidden, "/all.json")["error"])
}

func TestAccept(t *testing.T) {
	h := shown(t, queue.Memory())
	for accept, want := range map[string]string{
		"application/json":                  "application/json",
		"application/json, text/plain, */*": "application/json",
		"text/html,application/json;q=0.9":  "text/html; charset=utf-8",
		"*/*":                               "text/html; charset=utf-8",
		"":                                  "text/html; charset=utf-8",
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept", accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		require.Equal(t, want, w.Header().Get("Content-Type"), accept)
	}
}

func TestBodiesThatCannotBeRead(t *testing.T) {
	store := queue.Memory()
	insert(t, store, letter(1, "ann@example.com"))
	h, q := operated(t, store)
	for _, tt := range []struct {
		kind, body string
		status     int
	}{
		{"application/json", `{"do":"delete","id":[1]}`, http.StatusBadRequest},
		{"application/json", `{"do":"delete","id":{"a":"b"}}`, http.StatusBadRequest},
		{"application/json", `{"do":`, http.StatusBadRequest},
		{"application/json", `[]`, http.StatusBadRequest},
		{"application/json", `{"do":"delete","id":"` + strings.Repeat("x", maxBody) + `"}`, http.StatusRequestEntityTooLarge},
		{"application/json", `{"do":"delete","ids":["` + id(1) + `"]}`, http.StatusBadRequest},
		{"application/x-www-form-urlencoded", "do=%zz", http.StatusBadRequest},
		{"application/x-www-form-urlencoded", "do=delete&id=" + strings.Repeat("x", maxBody), http.StatusRequestEntityTooLarge},
		{"multipart/form-data; boundary=b", "--b--", http.StatusBadRequest},
		{"text/plain", "do=delete&id=" + id(1), http.StatusBadRequest},
		{"", "do=delete&id=" + id(1), http.StatusBadRequest},
	} {
		r := httptest.NewRequest(http.MethodPost, "/act", strings.NewReader(tt.body))
		r.Header.Set("Content-Type", tt.kind)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		require.Equal(t, tt.status, w.Code, "%s %.60s: %s", tt.kind, tt.body, w.Body)
	}
	r := httptest.NewRequest(http.MethodPost, "/act?do=delete&id="+id(1), strings.NewReader(""))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	require.Equal(t, http.StatusBadRequest, w.Code, "the query of a POST counts for nothing")
	require.Equal(t, "outgoing", stands(t, q, id(1)))
}
