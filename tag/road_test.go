package tag_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/emersion/go-message/mail"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/host/hosttest"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/sqlite"
	"github.com/go-mailhost/mailhost/tag"
	"github.com/go-mailhost/mailhost/txn"
)

// serveShop runs the whole road: a page, its transaction, a queue on disk, a
// mailer, and a mail server on a real port.
func serveShop(t *testing.T, relay *hosttest.Server) (*httptest.Server, *queue.Queue) {
	t.Helper()
	set, err := tag.ParseFS(fstest.MapFS{"order.html": {Data: []byte(orderPage)}}, "*.html")
	require.NoError(t, err)
	store, err := sqlite.Open(filepath.Join(t.TempDir(), "mail.db"))
	require.NoError(t, err)
	smtp := &host.SMTP{Addr: relay.Addr}
	q, err := queue.Open(store, smtp, queue.Config{Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, q.Close(context.Background()))
		require.NoError(t, smtp.Close())
	})
	site := httptest.NewServer(txn.Handler(q, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data := map[string]any{"Name": r.FormValue("name"), "Email": r.FormValue("email"), "Order": 7}
		if err := set.Execute(r.Context(), w, "order.html", data); err != nil {
			http.Error(w, "nothing was ordered", http.StatusInternalServerError)
		}
	})))
	t.Cleanup(site.Close)
	return site, q
}

func order(t *testing.T, site *httptest.Server, name, email string) (status int, page string) {
	t.Helper()
	resp, err := http.PostForm(site.URL, map[string][]string{"name": {name}, "email": {email}})
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(body)
}

func startRelay(t *testing.T) *hosttest.Server {
	t.Helper()
	relay := &hosttest.Server{}
	require.NoError(t, relay.Start())
	t.Cleanup(func() { relay.Close() })
	return relay
}

func TestRoadFromPageToInbox(t *testing.T) {
	relay := startRelay(t)
	site, _ := serveShop(t, relay)
	const name = `Zoë "Z" <x@evil.example>, Lee`
	status, page := order(t, site, name, "ann@example.com")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, page, "Thank you")
	require.NotContains(t, page, "Subject")

	got, err := relay.Wait(t.Context(), 1)
	require.NoError(t, err)
	require.Equal(t, []string{"ann@example.com"}, got[0].To)
	r, err := mail.CreateReader(bytes.NewReader(got[0].Data))
	require.NoError(t, err)
	to, err := r.Header.AddressList("To")
	require.NoError(t, err)
	require.Len(t, to, 1)
	require.Equal(t, name, to[0].Name)
}

func TestPageThatFailsQueuesNothing(t *testing.T) {
	relay := startRelay(t)
	site, q := serveShop(t, relay)
	status, page := order(t, site, "Ann", "no address")
	require.Equal(t, http.StatusInternalServerError, status)
	require.Equal(t, "nothing was ordered\n", page)
	counts, err := q.Count(t.Context(), queue.Filter{})
	require.NoError(t, err)
	for state, n := range counts {
		require.Zero(t, n, state)
	}
}

func TestMailWaitsForARelayThatIsDown(t *testing.T) {
	relay := startRelay(t)
	require.NoError(t, relay.Close())
	site, q := serveShop(t, relay)
	status, _ := order(t, site, "Ann", "ann@example.com")
	require.Equal(t, http.StatusOK, status, "the page answers as always")
	require.Eventually(t, func() bool {
		routes, err := q.Routes(t.Context())
		return err == nil && len(routes) == 1 && routes[0].Down
	}, time.Minute, 5*time.Millisecond)

	require.NoError(t, relay.Start())
	got, err := relay.Wait(t.Context(), 1)
	require.NoError(t, err)
	require.Equal(t, []string{"ann@example.com"}, got[0].To)
}
