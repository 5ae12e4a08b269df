package manage

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

func TestLog(t *testing.T) {
	store := queue.Memory()
	h, q := operated(t, store)
	require.Contains(t, get(t, h, http.StatusOK, "/audit"), "Nobody did anything yet.")
	for n := range auditSize + 20 {
		require.NoError(t, q.Audit(t.Context(), queue.Audit{Who: fmt.Sprint("operator ", n), What: "hold", Which: "to:ann@", Mails: 1234}))
	}
	require.NoError(t, q.Audit(t.Context(), queue.Audit{What: "pause", Which: ""}))
	require.NoError(t, q.Audit(t.Context(), queue.Audit{Who: hostile, What: hostile, Which: hostile, Error: hostile}))

	page := get(t, h, http.StatusOK, "/audit")
	require.Contains(t, page, "<i>the application</i>")
	require.Contains(t, page, "route <i>default</i>")
	require.Contains(t, page, `<a href="/all?q=to%3aann%40"><code>to:ann@</code></a>`)
	require.Contains(t, page, ">1,234<")
	require.NotContains(t, page, "<script>")
	require.NotContains(t, page, "\u202e")
	require.Equal(t, 100, strings.Count(page, `data-label="When"`))
	require.Contains(t, page, `<a rel="next" href="/audit?before=23">older</a>`)
	page = get(t, h, http.StatusOK, "/audit?before=23")
	require.Equal(t, 22, strings.Count(page, `data-label="When"`))
	for _, before := range []string{"0", "-1", "x", "", "99999999999999999999"} {
		get(t, h, http.StatusBadRequest, "/audit?before="+before)
	}
}

func TestAgeByDomain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := queue.Memory()
		h, _ := operated(t, store)
		require.Contains(t, get(t, h, http.StatusOK, "/domains"), "Nothing waits here.")
		insert(t, store, letter(1, "ann@example.com", "bob@Example.com", "cid@example.org"))
		time.Sleep(15 * time.Minute)
		insert(t, store, letter(2, "ann@example.com"))
		page := get(t, h, http.StatusOK, "/domains")
		require.Contains(t, page, `<a href="/all?q=to%3a%40example.com">example.com</a></th><td class="number"><b>3</b></td><td class="number">1</td><td class="number"></td><td class="number">2</td>`)
		require.Contains(t, page, `>example.org</a></th><td class="number"><b>1</b></td>`)
		require.Contains(t, get(t, h, http.StatusOK, "/domains?state=outgoing"), "q=state%3aoutgoing%20to%3a%40example.com")
		require.Contains(t, get(t, h, http.StatusOK, "/domains?state=held"), "Nothing waits here.")
		for _, state := range []string{"sent", "failed", "uncertain", "x"} {
			get(t, h, http.StatusBadRequest, "/domains?state="+state)
		}
	})
}
