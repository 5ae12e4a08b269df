package manage

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

func TestSearch(t *testing.T) {
	store := queue.Memory()
	eu := letter(2, "bob@example.com")
	eu.Route, eu.Subject, eu.Meta = "eu", "two words", map[string]string{"order": "7"}
	insert(t, store, letter(1, "ann@example.com"), eu)
	failedMail(t, store, letter(3, "cid@example.org"))
	h := shown(t, store)
	for _, tt := range []struct {
		list, query string
		want        []string
	}{
		{"all", "", []string{id(3), id(2), id(1)}},
		{"all", "to:ann@", []string{id(1)}},
		{"all", "to:@example.com", []string{id(2)}},
		{"all", "state:failed", []string{id(1)}},
		{"failed", "to:ann@", []string{id(1)}},
		{"failed", "to:bob@", nil},
		{"outgoing", "state:outgoing route:eu", []string{id(2)}},
		{"all", `subject:"two words"`, []string{id(2)}},
		{"all", "meta.order:7", []string{id(2)}},
		{"all", `reply:"such user"`, []string{id(1)}},
		{"all", "id:" + id(3), []string{id(3)}},
		{"all", "before:2h", nil},
	} {
		ids, _ := listed(t, h, "/"+tt.list+"?"+url.Values{"q": {tt.query}}.Encode())
		if strings.HasPrefix(tt.query, "to:@") {
			require.Contains(t, ids, id(2))
			continue
		}
		require.Equal(t, tt.want, ids, tt.query)
	}
	require.Contains(t, get(t, h, http.StatusOK, "/all?q=to:nobody"), "No mail is found by this search.")
	w := request(h, http.MethodGet, "/sent?q=state%3Afailed")
	require.Equal(t, http.StatusSeeOther, w.Code)
	require.Equal(t, "/all?q=state%3Afailed", w.Header().Get("Location"))
}

func TestMistakesInASearchAreShownBesideIt(t *testing.T) {
	h := shown(t, queue.Memory())
	for _, query := range []string{"stat:failed", "state:fialed", "before:soon", `subject:"open`, "<script>:1", strings.Repeat("x ", 60), strings.Repeat("x", 1001)} {
		page := get(t, h, http.StatusBadRequest, "/all?"+url.Values{"q": {query}}.Encode())
		_, err := queue.ParseFilter(query, time.Now().UTC())
		require.Error(t, err)
		require.Contains(t, html.UnescapeString(page), sentence(err.Error()), "the parser's words")
		require.Contains(t, page, `aria-invalid="true" aria-describedby="mistake words"`)
		require.Contains(t, html.UnescapeString(page), `value="`+query+`"`, "to be mended")
		require.NotContains(t, page, "<script>")
	}
}

func TestCountsAreBounded(t *testing.T) {
	store := queue.Memory()
	h := shown(t, store)
	for n := range 1200 {
		to := "ann@example.com"
		if n%3 == 0 {
			to = "bob@example.com"
		}
		insert(t, store, letter(n+1, to))
	}
	for query, want := range map[string]string{"": "<b>1,200</b> here", "to:bob": "<b>400</b> found", "subject:letter": "<b>1,000+</b> found"} {
		require.Contains(t, html.UnescapeString(get(t, h, http.StatusOK, "/all?q="+query)), want)
	}
}

func TestPagesOfASearchLeadOn(t *testing.T) {
	store := queue.Memory()
	for n := range 120 {
		insert(t, store, letter(n+1, fmt.Sprintf("r%d@example.com", n%2)))
	}
	h := shown(t, store)
	var got []string
	for path := "/all?q=to:r1"; path != ""; {
		var ids []string
		ids, path = listed(t, h, path)
		got, path = append(got, ids...), html.UnescapeString(path)
	}
	require.Len(t, got, 60)
	require.Equal(t, id(120), got[0])
	require.Equal(t, id(2), got[59])
}
