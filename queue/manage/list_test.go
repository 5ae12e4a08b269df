package manage

import (
	"net/http"
	"regexp"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// listed returns the ids on the page, in order, and the link to the older one.
func listed(t *testing.T, h http.Handler, path string) (ids []string, older string) {
	t.Helper()
	body := get(t, h, http.StatusOK, path)
	for _, match := range regexp.MustCompile(`class="open" href="/mail/(\w+)"`).FindAllStringSubmatch(body, -1) {
		ids = append(ids, match[1])
	}
	if match := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(body); match != nil {
		older = match[1]
	}
	return ids, older
}

func TestPaging(t *testing.T) {
	for _, tt := range []struct {
		mails int
		pages []int
	}{
		{0, []int{0}},
		{1, []int{1}},
		{50, []int{50}},
		{51, []int{50, 1}},
		{100, []int{50, 50}},
		{120, []int{50, 50, 20}},
	} {
		store := queue.Memory()
		var want []string
		for n := tt.mails; n > 0; n-- {
			insert(t, store, letter(n, "ann@example.com"))
			want = append(want, id(n))
		}
		h := shown(t, store)

		var got []string
		var pages []int
		for path := "/outgoing"; path != "" && len(pages) <= len(tt.pages); {
			var ids []string
			ids, path = listed(t, h, path)
			got, pages = append(got, ids...), append(pages, len(ids))
		}
		require.Equal(t, want, got)
		require.Equal(t, tt.pages, pages)
	}
}

func TestALaterPageLeadsBackToTheNewest(t *testing.T) {
	store := queue.Memory()
	insert(t, store, letter(1, "ann@example.com"), letter(2, "ann@example.com"))
	h := shown(t, store)
	require.NotContains(t, get(t, h, http.StatusOK, "/outgoing"), ">newest<")
	require.Contains(t, get(t, h, http.StatusOK, "/outgoing?before="+id(2)), `<a href="/outgoing">newest</a>`)
	body := get(t, h, http.StatusOK, "/outgoing?before="+id(1))
	require.Contains(t, body, `<a href="/outgoing">newest</a>`)
	require.Contains(t, body, "There is no older mail in this list.")
}

func TestEachQueueHasAList(t *testing.T) {
	store := queue.Memory()
	deferred := letter(1, "deferred@example.com")
	deferred.NotBefore = time.Now().Add(time.Hour)
	insert(t, store, deferred)
	for n, state := range []queue.RecipientState{queue.RecipientFailed, queue.RecipientUncertain, queue.RecipientDelivered} {
		insert(t, store, letter(n+2, "done@example.com"))
		finish(t, store, queue.Finish{Recipients: []queue.Recipient{{To: "done@example.com", State: state}}})
	}
	insert(t, store, letter(5, "outgoing@example.com"))

	h := shown(t, store)
	for name, want := range map[string][]string{
		"outgoing": {id(5)}, "deferred": {id(1)}, "held": nil, "failed": {id(2)}, "uncertain": {id(3)}, "sent": {id(4)},
	} {
		ids, older := listed(t, h, "/"+name)
		require.Equal(t, want, ids, name)
		require.Empty(t, older)
		require.Contains(t, get(t, h, http.StatusOK, "/"+name), `href="/`+name+`" aria-current="page"`)
	}
	require.Contains(t, get(t, h, http.StatusOK, "/held"), "This queue is empty.")
	for _, name := range []string{"any", "Sent", "sent/", "sending", "state(9)"} {
		get(t, h, http.StatusNotFound, "/"+name)
	}
}

// finish claims what is due first and records what became of it.
func finish(t *testing.T, store queue.Store, f queue.Finish) {
	t.Helper()
	batch, _, err := store.Claim(t.Context(), queue.Want{Mails: 1, Bytes: 1, Lease: time.Minute})
	require.NoError(t, err)
	require.NotNil(t, batch)
	f.Lease = batch.Mails[0].Lease
	n, err := store.Finish(t.Context(), []queue.Finish{f})
	require.NoError(t, err)
	require.Equal(t, 1, n)
}

func TestListShowsWhatMatters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := queue.Memory()
		m := letter(1, "ann@example.com", "bob@example.com")
		m.Lane, m.From = queue.Bulk, ""
		insert(t, store, m)
		finish(t, store, queue.Finish{
			Recipients: []queue.Recipient{{To: "ann@example.com", Last: host.Report{Outcome: host.Transient, Text: "try later"}}},
			Attempt:    true,
			Retry:      4 * time.Minute,
		})
		body := get(t, shown(t, store), http.StatusOK, "/deferred")
		for _, text := range []string{
			"letter 1", id(1), "null sender", "ann@example.com", "and 1 other", ">bulk<", `class="number">1<`,
			"2000-01-01 00:04:00 UTC", "in 4 min", `<span class="unseen">Last words: </span>try later<`,
		} {
			require.Contains(t, body, text)
		}
		require.NotContains(t, body, "bob@example.com")
	})
}

func TestListShowsWhatIsBeingSent(t *testing.T) {
	store := queue.Memory()
	insert(t, store, letter(1, "ann@example.com"))
	_, _, err := store.Claim(t.Context(), queue.Want{Mails: 1, Bytes: 1, Lease: time.Hour})
	require.NoError(t, err)
	body := get(t, shown(t, store), http.StatusOK, "/outgoing")
	require.Contains(t, body, ">sending<")
	require.NotContains(t, body, "Last words", "nothing was said yet")
}
