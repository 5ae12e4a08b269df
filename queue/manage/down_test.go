package manage

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// lose makes the route go down.
func lose(t *testing.T, store queue.Store, route queue.Route) {
	t.Helper()
	route.Version, route.Down, route.Since = 1, true, time.Now()
	done, err := store.SetRoute(t.Context(), route)
	require.NoError(t, err)
	require.True(t, done)
}

func TestMailOfARouteThatIsDownIsSaidToWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := queue.Memory()
		other, later := letter(2, "ann@example.com"), letter(3, "ann@example.com")
		other.Route = "second"
		later.NotBefore = time.Now().Add(time.Hour)
		insert(t, store, letter(1, "ann@example.com"), other, later)
		h := shown(t, store)
		for _, path := range []string{"/outgoing", "/deferred", "/mail/" + id(1)} {
			require.NotContains(t, get(t, h, http.StatusOK, path), "Its mail waits", path)
		}

		lose(t, store, queue.Route{LastError: "connection <refused>", ProbeIn: 8 * time.Second})
		time.Sleep(5 * time.Second)
		for _, path := range []string{"/outgoing", "/deferred", "/mail/" + id(1), "/mail/" + id(3)} {
			body := get(t, h, http.StatusOK, path)
			for _, text := range []string{
				"<i>default</i>", "2000-01-01 00:00:00 UTC", "5 s ago", "connection &lt;refused&gt;",
				"Its mail waits; the next probe is due in 3 s.",
			} {
				require.Contains(t, body, text, path)
			}
			require.NotContains(t, body, "an operator must act", path)
		}
		require.NotContains(t, get(t, h, http.StatusOK, "/mail/"+id(2)), "Its mail waits", "its own route is up")
	})
}

func TestOnlyRoutesOfTheMailOnThePageAreSaidToBeDown(t *testing.T) {
	store := queue.Memory()
	second := letter(2, "ann@example.com")
	second.Route = "second"
	second.NotBefore = time.Now().Add(time.Hour)
	insert(t, store, letter(1, "ann@example.com"), second)
	lose(t, store, queue.Route{Name: "second", Alarm: true, LastError: "bad certificate"})
	h := shown(t, store)
	require.NotContains(t, get(t, h, http.StatusOK, "/outgoing"), "Its mail waits")
	for _, path := range []string{"/deferred", "/mail/" + id(2)} {
		body := get(t, h, http.StatusOK, path)
		require.Contains(t, body, ">second<")
		require.Contains(t, body, "bad certificate")
		require.Contains(t, body, "the next probe is due now.")
		require.Contains(t, body, "an operator must act")
	}
}

func TestMailThatIsDoneDoesNotWaitForItsRoute(t *testing.T) {
	store := queue.Memory()
	insert(t, store, letter(1, "ann@example.com"))
	finish(t, store, queue.Finish{Recipients: []queue.Recipient{
		{To: "ann@example.com", State: queue.RecipientDelivered, Last: host.Report{Outcome: host.Delivered}},
	}})
	lose(t, store, queue.Route{LastError: "connection refused"})
	for _, path := range []string{"/sent", "/mail/" + id(1)} {
		require.NotContains(t, get(t, shown(t, store), http.StatusOK, path), "Its mail waits")
	}
}

func TestRoutesThatCannotBeReadAreAnError(t *testing.T) {
	store := queue.Memory()
	insert(t, store, letter(1, "ann@example.com"))
	h := shown(t, withoutRoutes{store})
	for _, path := range []string{"/outgoing", "/mail/" + id(1)} {
		require.Contains(t, get(t, h, http.StatusInternalServerError, path), "no routes today")
	}
}

// withoutRoutes fails to read routes, and nothing else.
type withoutRoutes struct{ queue.Store }

func (withoutRoutes) Routes(context.Context) ([]queue.Route, error) {
	return nil, errors.New("no routes today")
}
