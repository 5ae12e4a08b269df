package manage

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

func TestNobodyPutsWordsIntoWhatWasDone(t *testing.T) {
	h := shown(t, queue.Memory())
	for _, tt := range []struct{ cookie, want string }{
		{"retry.1.", "1 mail is due now."},
		{"delete.1234.", "1,234 mails are deleted."},
		{"requeue.1." + id(1), "Queued as a new mail"},
		{"eat.1.", ""},
		{"retry.x.", ""},
		{"retry.-1.", ""},
		{"retry.1", ""},
		{"retry.1.<script>", ""},
		{"retry.1." + strings.Repeat("x", 26), ""},
		{"", ""},
	} {
		r := httptest.NewRequest(http.MethodGet, "/all", nil)
		r.AddCookie(&http.Cookie{Name: doneCookie, Value: tt.cookie})
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if tt.want == "" {
			require.NotContains(t, w.Body.String(), "notice done", tt.cookie)
		} else {
			require.Contains(t, w.Body.String(), `<p class="notice done" role="status">`+tt.want)
		}
	}
}

func FuzzParseDone(f *testing.F) {
	f.Add("retry.1.")
	f.Add("requeue.1." + id(1))
	f.Add("..")
	f.Add("eat.1.")
	f.Fuzz(func(t *testing.T, value string) {
		if d := parseDone(value); d != (done{}) {
			require.NotEmpty(t, doneWords[d.What])
			require.GreaterOrEqual(t, d.Mails, 0)
			require.True(t, d.ID == "" || mailID.MatchString(d.ID))
		}
	})
}

func TestTheCookieIsForThesePagesOnly(t *testing.T) {
	store := queue.Memory()
	insert(t, store, letter(1, "ann@example.com"))
	h := New(open(t, store), Config{Prefix: "/queues", Authorize: everyone})
	w := post(h, "/queues/signal", nil)
	cookie := w.Result().Cookies()[0]
	require.Equal(t, "/queues/", cookie.Path)
	require.Equal(t, 60, cookie.MaxAge)
	require.Equal(t, "/queues/", w.Header().Get("Location"))
}
