package manage

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

func TestOverviewCountsTheSixQueuesInOrder(t *testing.T) {
	store := queue.Memory()
	later := letter(3, "ann@example.com")
	later.NotBefore = time.Now().Add(time.Hour)
	insert(t, store, letter(1, "ann@example.com"), letter(2, "ann@example.com"), later)

	body := get(t, shown(t, store), http.StatusOK, "/")
	var got [][2]string
	for _, match := range regexp.MustCompile(`class="state (\w+)" href="/\w+">\w+</a> <small>[^<]*</small></th>\s*<td class="number"><b>(\d+)<`).FindAllStringSubmatch(body, -1) {
		got = append(got, [2]string{match[1], match[2]})
	}
	require.Equal(t, [][2]string{
		{"outgoing", "2"}, {"deferred", "1"}, {"held", "0"}, {"failed", "0"}, {"uncertain", "0"}, {"sent", "0"},
	}, got)
}

func TestEveryQueueHasAMeaning(t *testing.T) {
	for _, state := range queue.States {
		require.NotEmpty(t, meanings[state], state)
	}
}

func TestOverviewShowsRoutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := queue.Memory()
		h := shown(t, store)
		require.Contains(t, get(t, h, http.StatusOK, "/"), "No mail has been committed yet.")

		second := letter(2, "ann@example.com")
		second.Route = "second"
		insert(t, store, letter(1, "ann@example.com"), second)
		time.Sleep(boardAge)
		body := get(t, h, http.StatusOK, "/")
		require.Contains(t, body, "<i>default</i>")
		require.Contains(t, body, ">second<")
		require.NotContains(t, body, ">down<")

		done, err := store.SetRoute(t.Context(), queue.Route{
			Name: "second", Version: 1, Down: true, Since: time.Now(), LastError: "connection refused", ProbeIn: 3 * time.Minute,
		})
		require.NoError(t, err)
		require.True(t, done)
		time.Sleep(time.Minute)
		body = get(t, h, http.StatusOK, "/")
		for _, text := range []string{">up<", ">down<", "2000-01-01 00:00:00 UTC", "1 min ago", "in 2 min", "connection refused"} {
			require.Contains(t, body, text)
		}
		require.NotContains(t, body, "an operator must act")
	})
}

func TestOverviewShowsAnAlarm(t *testing.T) {
	store := queue.Memory()
	insert(t, store, letter(1, "ann@example.com"))
	_, err := store.SetRoute(t.Context(), queue.Route{Version: 1, Down: true, Alarm: true, LastError: "bad certificate"})
	require.NoError(t, err)
	require.Contains(t, get(t, shown(t, store), http.StatusOK, "/"), "an operator must act")
}

func TestOverviewShowsWhatIsPaused(t *testing.T) {
	store := queue.Memory()
	for _, route := range []queue.Route{
		{Name: queue.AllRoutes, Paused: true},
		{Name: "second", Paused: true, Down: true, LastError: "connection refused"},
	} {
		_, err := store.SetRoute(t.Context(), route)
		require.NoError(t, err)
	}
	body := get(t, shown(t, store), http.StatusOK, "/")
	require.Equal(t, 1, strings.Count(body, `<span class="state held">paused</span>`))
	require.Contains(t, body, "All routes are paused")
	require.Contains(t, body, ">down</span>")
	require.NotContains(t, body, ">up<")
}

// brokenStore fails what it is told to fail.
type brokenStore struct {
	queue.Store
	totals, routes, list, get error
}

func (s brokenStore) Totals(context.Context) (*queue.Totals, error) { return &queue.Totals{}, s.totals }

func (s brokenStore) Routes(context.Context) ([]queue.Route, error) { return nil, s.routes }

func (s brokenStore) Search(context.Context, queue.Filter, queue.Page) ([]queue.Entry, string, error) {
	return nil, "", s.list
}

func (s brokenStore) Get(context.Context, string) (*queue.Record, error) { return nil, s.get }

func TestAStoreThatFailsIsShownAsSuch(t *testing.T) {
	full := errors.New("disk <full>")
	for _, tt := range []struct {
		path  string
		store brokenStore
	}{
		{"/", brokenStore{totals: full}},
		{"/", brokenStore{routes: full}},
		{"/sent", brokenStore{list: full}},
		{"/mail/" + id(1), brokenStore{get: full}},
	} {
		tt.store.Store = queue.Memory()
		body := get(t, shown(t, tt.store), http.StatusInternalServerError, tt.path)
		require.Contains(t, body, "disk &lt;full&gt;")
	}
}
