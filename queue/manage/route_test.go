package manage

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/host/hosttest"
	"github.com/go-mailhost/mailhost/queue"
)

func TestPauseAndResume(t *testing.T) {
	store := queue.Memory()
	h, q := operated(t, store)
	eu := letter(1, "ann@example.com")
	eu.Route = "eu"
	insert(t, store, eu, letter(2, "ann@example.com"))
	for _, tt := range []struct{ what, route, said, shown string }{
		{"pause", "eu", "The route is paused", ">paused<"},
		{"resume", "eu", "The route is resumed", ">Pause<"},
		{"pause", "", "The route is paused", ">paused<"},
		{"resume", "", "The route is resumed", ">Pause<"},
		{"pause", "*", "All routes are paused", "Resume sending"},
		{"resume", "*", "Sending is resumed", "Pause all sending"},
	} {
		body := follow(t, h, post(h, "/"+tt.what, url.Values{"route": {tt.route}}))
		require.Contains(t, body, tt.said)
		require.Contains(t, body, tt.shown, "at once, and not after two seconds")
		routes, err := q.Routes(t.Context())
		require.NoError(t, err)
		for _, route := range routes {
			require.Equal(t, tt.what == "pause" && route.Name == tt.route, route.Paused, "%v %s", tt, route.Name)
		}
		logged(t, q, queue.Audit{Who: "olga", What: tt.what, Which: tt.route})
	}
	require.Contains(t, post(h, "/pause", url.Values{"route": {"us"}}).Body.String(), "No such route")
	require.Equal(t, http.StatusBadRequest, post(h, "/pause", nil).Code, "the default route must be said, too")
	require.Equal(t, map[string]any{"done": "pause", "route": "eu"}, postJSON(t, h, http.StatusOK, "/pause.json", `{"route":"eu"}`))
	require.Equal(t, map[string]any{"error": "No mail has had this route, and nothing was changed."}, postJSON(t, h, http.StatusNotFound, "/pause.json", `{"route":"us"}`))
}

// relayed returns pages of a queue that sends to a mail server, at a tick that never
// comes.
func relayed(t *testing.T) (http.Handler, *queue.Queue, *hosttest.Server) {
	t.Helper()
	server := &hosttest.Server{}
	require.NoError(t, server.Start())
	relay := &host.SMTP{Addr: server.Addr}
	q, err := queue.Open(queue.Memory(), relay, queue.Config{Interval: time.Hour})
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, q.Close(context.Background()))
		require.NoError(t, relay.Close())
		require.NoError(t, server.Close())
	})
	return New(q, Config{Authorize: everyone, From: "shop@acme.example"}), q, server
}

func received(t *testing.T, server *hosttest.Server) hosttest.Mail {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	mails, err := server.Wait(ctx, 1)
	require.NoError(t, err)
	return mails[0]
}

func TestSendNow(t *testing.T) {
	h, q, server := relayed(t)
	require.NoError(t, q.Commit(t.Context(), &queue.Mail{Envelope: host.Envelope{From: "a@b.example", To: []string{"ann@example.com"}, Data: []byte("a: b\r\n")}}))
	require.Contains(t, follow(t, h, post(h, "/signal", nil)), "The mailer was told to send")
	require.Equal(t, []string{"ann@example.com"}, received(t, server).To)
}

func TestATestMailGoesThroughTheQueue(t *testing.T) {
	h, q, server := relayed(t)
	w := post(h, "/test", url.Values{"to": {" ann@example.com"}})
	require.Contains(t, follow(t, h, w), "The test mail is queued.")
	m := received(t, server)
	require.Equal(t, "shop@acme.example", m.From)
	require.Equal(t, []string{"ann@example.com"}, m.To)
	require.Contains(t, string(m.Data), "Subject: Test mail\r\n")
	require.Contains(t, string(m.Data), "To: <ann@example.com>\r\n")
	logged(t, q, queue.Audit{Who: unnamed, What: "test", Which: "id:" + w.Header().Get("Location")[len("/mail/"):], Mails: 1})
}

func TestTestMailsAreChecked(t *testing.T) {
	store := queue.Memory()
	h, q := operated(t, store)
	for to, status := range map[string]int{
		"":                                    http.StatusBadRequest,
		"ann":                                 http.StatusBadRequest,
		"ann@example.com\r\nBcc: x@evil.test": http.StatusBadRequest,
		"Ann <ann@example.com>":               http.StatusBadRequest,
		"ann@example.com, bob@example.com":    http.StatusBadRequest,
	} {
		require.Equal(t, status, post(h, "/test", url.Values{"to": {to}}).Code, to)
	}
	require.Equal(t, http.StatusNotFound, post(h, "/test", url.Values{"to": {"ann@example.com"}, "route": {"eu"}}).Code)
	require.Equal(t, http.StatusConflict, post(New(q, Config{Authorize: everyone}), "/test", url.Values{"to": {"ann@example.com"}}).Code)
	require.Equal(t, http.StatusBadRequest, post(New(q, Config{Authorize: everyone, From: "no address"}), "/test", url.Values{"to": {"ann@example.com"}}).Code)
	counts, err := q.Count(t.Context(), queue.Filter{})
	require.NoError(t, err)
	require.Empty(t, counts)

	for _, to := range []string{`"odd name"@example.com`, "jörg@example.com", "ann@[127.0.0.1]", "ann@bücher.example"} {
		m := testMail("shop@acme.example", to, time.Now())
		require.NoError(t, host.CheckData(m.Data), to)
		require.NoError(t, q.Commit(t.Context(), m), to)
	}
}
