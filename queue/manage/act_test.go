package manage

import (
	"context"
	"encoding/json"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// post sends a form, as a browser does from these pages.
func post(h http.Handler, target string, fields url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// follow returns the page that an answer to a POST leads to.
func follow(t *testing.T, h http.Handler, w *httptest.ResponseRecorder) string {
	t.Helper()
	require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
	r := httptest.NewRequest(http.MethodGet, w.Header().Get("Location"), nil)
	for _, cookie := range w.Result().Cookies() {
		require.True(t, cookie.HttpOnly)
		require.Equal(t, http.SameSiteStrictMode, cookie.SameSite)
		r.AddCookie(cookie)
	}
	page := httptest.NewRecorder()
	h.ServeHTTP(page, r)
	require.Equal(t, http.StatusOK, page.Code)
	require.Contains(t, page.Header().Get("Set-Cookie"), "Max-Age=0", "it is said once")
	return page.Body.String()
}

// postJSON sends an object and returns the answer's.
func postJSON(t *testing.T, h http.Handler, status int, target, object string) map[string]any {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(object))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	require.Equal(t, status, w.Code, w.Body)
	require.Equal(t, "application/json", w.Header().Get("Content-Type"))
	var answer map[string]any
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &answer))
	return answer
}

// operated returns pages of a queue on the store, and the queue, for an operator who
// may do everything.
func operated(t *testing.T, store queue.Store) (http.Handler, *queue.Queue) {
	t.Helper()
	q := open(t, store)
	return New(q, Config{
		Authorize: everyone, From: "shop@acme.example", Operator: func(*http.Request) string { return "olga" },
	}), q
}

// stands returns the queue in which the mail stands, "" where it is gone.
func stands(t *testing.T, q *queue.Queue, id string) string {
	t.Helper()
	record, err := q.Get(t.Context(), id)
	if err != nil {
		require.ErrorIs(t, err, queue.ErrNotFound)
		return ""
	}
	return record.State.String()
}

// logged requires that the newest line of the log says so.
func logged(t *testing.T, q *queue.Queue, want queue.Audit) {
	t.Helper()
	lines, err := q.Audits(t.Context(), 0, 1)
	require.NoError(t, err)
	require.Len(t, lines, 1)
	require.NotZero(t, lines[0].At)
	lines[0].Number, lines[0].At = 0, time.Time{}
	require.Equal(t, want, lines[0])
}

// failedMail puts a mail in failed.
func failedMail(t *testing.T, store queue.Store, m *queue.Mail) {
	t.Helper()
	insert(t, store, m)
	finish(t, store, queue.Finish{
		Recipients: []queue.Recipient{{To: m.To[0], State: queue.RecipientFailed, Last: host.Report{Outcome: host.Permanent, Code: 550, Text: "no such user"}}},
		Attempt:    true,
	})
}

func TestEachOperation(t *testing.T) {
	for _, tt := range []struct {
		do     string
		before func(t *testing.T, store queue.Store, q *queue.Queue) // letter 1
		after  string
		said   string
	}{
		{"retry", func(t *testing.T, store queue.Store, _ *queue.Queue) {
			failedMail(t, store, letter(1, "ann@example.com"))
		},
			"outgoing", "1 mail is due now."},
		{"hold", func(t *testing.T, store queue.Store, _ *queue.Queue) { insert(t, store, letter(1, "ann@example.com")) },
			"held", "1 mail is held."},
		{"release", func(t *testing.T, store queue.Store, q *queue.Queue) {
			insert(t, store, letter(1, "ann@example.com"))
			_, err := q.Hold(t.Context(), queue.Filter{All: true})
			require.NoError(t, err)
		}, "outgoing", "1 mail is released."},
		{"reschedule", func(t *testing.T, store queue.Store, _ *queue.Queue) { insert(t, store, letter(1, "ann@example.com")) },
			"deferred", "1 mail is rescheduled."},
		{"delete", func(t *testing.T, store queue.Store, _ *queue.Queue) {
			failedMail(t, store, letter(1, "ann@example.com"))
		},
			"", "1 mail is deleted."},
	} {
		t.Run(tt.do, func(t *testing.T) {
			for name, send := range map[string]func(h http.Handler, at string){
				"a form": func(h http.Handler, at string) {
					fields := url.Values{"do": {tt.do}, "id": {id(1)}, "from": {"all"}}
					if tt.do == "reschedule" {
						fields.Set("at", at)
					}
					require.Contains(t, follow(t, h, post(h, "/act", fields)), tt.said)
				},
				"JSON": func(h http.Handler, at string) {
					object := `{"do":"` + tt.do + `","id":["` + id(1) + `"]`
					if tt.do == "reschedule" {
						object += `,"at":"` + at + `"`
					}
					require.Equal(t, map[string]any{"done": tt.do, "mails": 1.0}, postJSON(t, h, http.StatusOK, "/act.json", object+"}"))
				},
			} {
				t.Run(name, func(t *testing.T) {
					store := queue.Memory()
					h, q := operated(t, store)
					tt.before(t, store, q)
					at := time.Now().UTC().Add(3 * time.Hour)
					send(h, at.Format("2006-01-02T15:04"))
					require.Equal(t, tt.after, stands(t, q, id(1)))
					logged(t, q, queue.Audit{Who: "olga", What: tt.do, Which: "id:" + id(1), Mails: 1})
					if tt.do == "reschedule" {
						record, err := q.Get(t.Context(), id(1))
						require.NoError(t, err)
						require.WithinDuration(t, at, record.Due, 61*time.Second)
					}
				})
			}
		})
	}
}

var field = regexp.MustCompile(`<(?:input type="hidden" name="(\w+)" value="([^"]*)"|button name="(do)" value="(\w+)")`)

// form returns the fields of the form of a page that leads to an action.
func form(t *testing.T, page, action string) url.Values {
	t.Helper()
	_, page, found := strings.Cut(page, `action="`+action+`"`)
	require.True(t, found, page)
	page, _, _ = strings.Cut(page, "</form>")
	fields := url.Values{}
	for _, match := range field.FindAllStringSubmatch(page, -1) {
		fields.Add(match[1]+match[3], html.UnescapeString(match[2]+match[4]))
	}
	return fields
}

func TestAnActionOnAllThatWereFoundLeavesNewerMailAlone(t *testing.T) {
	store := queue.Memory()
	h, q := operated(t, store)
	failedMail(t, store, letter(5, "ann@example.com"))
	for n := range 3 {
		insert(t, store, letter(n+1, "ann@example.com"))
	}
	insert(t, store, letter(4, "bob@example.com"))

	page := get(t, h, http.StatusOK, "/confirm?do=hold&which=all&from=all&search=to%3Aann%40")
	require.Contains(t, page, "Hold 3 mails?")
	require.Contains(t, page, "1 mail more is passed over")
	fields := form(t, page, "/act")
	require.Regexp(t, `^to:ann@ before:\S+$`, fields.Get("q"))
	require.Equal(t, "hold", fields.Get("do"))

	insert(t, store, letter(6, "ann@example.com"))
	body := follow(t, h, post(h, "/act", fields))
	require.Contains(t, body, "3 mails are held.")
	require.Contains(t, body, `value="to:ann@"`, "the search is still there")
	for n, want := range []string{"held", "held", "held", "outgoing", "failed", "outgoing"} {
		require.Equal(t, want, stands(t, q, id(n+1)), n+1)
	}
	logged(t, q, queue.Audit{Who: "olga", What: "hold", Which: fields.Get("q"), Mails: 3})
}

func TestConfirmation(t *testing.T) {
	store := queue.Memory()
	h, _ := operated(t, store)
	for n := range 7 {
		insert(t, store, letter(n+1, "ann@example.com"))
	}
	for _, tt := range []struct {
		query string
		want  []string
	}{
		{"do=delete&id=" + id(1) + "&id=" + id(2) + "&from=outgoing", []string{"Delete 2 mails for good?", "This cannot be undone.", `value="` + id(1) + `"`, `href="/outgoing">Do nothing`}},
		{"do=delete&id=" + id(1) + "&from=mail", []string{"Delete 1 mail for good?", `href="/mail/` + id(1) + `">Do nothing`}},
		{"do=hold&which=all&from=outgoing&search=", []string{"Hold 7 mails?", "state:outgoing before:", "The newest of them"}},
		{"do=delete&which=all&from=all&search=", []string{"Delete 7 mails for good?", "all before:"}},
		{"do=hold&which=all&from=all&search=&id=" + id(1), []string{"Hold 7 mails?"}},
		{"do=retry&which=all&from=outgoing&search=", []string{"Send 0 mails now?", "7 mails more are passed over", "There is nothing to do."}},
		{"do=reschedule&id=" + id(1) + "&from=outgoing", []string{"When is 1 mail to be sent?", `type="datetime-local"`, "(UTC)"}},
		{"do=hold&q=subject:letter", []string{"Hold 7 mails?", "subject:letter before:"}},
	} {
		page := html.UnescapeString(get(t, h, http.StatusOK, "/confirm?"+tt.query))
		for _, want := range tt.want {
			require.Contains(t, page, want, tt.query)
		}
	}
	var sample int
	for range strings.SplitSeq(get(t, h, http.StatusOK, "/confirm?do=hold&q=all"), `class="open"`) {
		sample++
	}
	require.Equal(t, sampleSize, sample-1)
}

func TestChoicesThatCannotBeRead(t *testing.T) {
	store := queue.Memory()
	h, q := operated(t, store)
	insert(t, store, letter(1, "ann@example.com"))
	for _, tt := range []struct{ name, fields, want string }{
		{"nothing", "do=hold", "Nothing is selected"},
		{"nothing marked", "do=hold&from=outgoing&search=", "Nothing is selected"},
		{"an empty search", "do=hold&q=", "Nothing is selected"},
		{"no operation", "id=" + id(1), `"do" must be retry`},
		{"an unknown operation", "do=eat&id=" + id(1), `"do" must be retry`},
		{"two operations", "do=hold&do=delete&id=" + id(1), "more than once"},
		{"not an id", "do=hold&id=7", `"id" must be the id of a mail`},
		{"one of them not an id", "do=hold&id=" + id(1) + "&id=x", `"id" must be the id of a mail`},
		{"a mistake in the search", "do=hold&q=stat:failed", "stat"},
		{"a mistake in the search of a list", "do=hold&which=all&from=all&search=stat:failed", "stat"},
		{"an unknown place", "do=hold&from=//evil.example&id=" + id(1), `"from" must be a queue`},
		{"an unknown field", "do=hold&id=" + id(1) + "&x=1", `takes no "x"`},
		{"no time", "do=reschedule&id=" + id(1), `"at" must be a time`},
		{"no such time", "do=reschedule&at=2026-13-01T00:00&id=" + id(1), `"at" must be a time`},
		{"a time far ahead", "do=reschedule&at=9999-01-01T00:00&id=" + id(1), "more than a year ahead"},
		{"too many ids", "do=hold" + strings.Repeat("&id="+id(1), maxIDs+1), "at most 500 can be"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fields, err := url.ParseQuery(tt.fields)
			require.NoError(t, err)
			w := post(h, "/act", fields)
			require.Equal(t, http.StatusBadRequest, w.Code)
			require.Contains(t, html.UnescapeString(w.Body.String()), tt.want)
			require.Equal(t, "outgoing", stands(t, q, id(1)))
		})
	}
	lines, err := q.Audits(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Empty(t, lines, "nothing was done")
}

// slowStore takes an age for each batch of an update.
type slowStore struct {
	queue.Store
	batches int
}

func (s *slowStore) Update(ctx context.Context, _ queue.Filter, _ queue.Change, _ string) (int, string, error) {
	select {
	case <-time.After(8 * time.Second):
		s.batches++
		return 100, id(s.batches), nil
	case <-ctx.Done():
		return 0, "", ctx.Err()
	}
}

func TestAnActionThatTakesTooLongCanBeGoneOnWith(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, q := operated(t, &slowStore{Store: queue.Memory()})
		fields := url.Values{"do": {"delete"}, "q": {"state:failed"}, "from": {"failed"}, "search": {""}}
		start := time.Now()
		w := post(h, "/act", fields)
		require.Equal(t, actionTime, time.Since(start))
		require.Equal(t, http.StatusOK, w.Code)
		require.Contains(t, w.Body.String(), "200 mails so far.")
		require.Equal(t, fields, form(t, w.Body.String(), "/act"))
		lines, err := q.Audits(t.Context(), 0, 1)
		require.NoError(t, err)
		require.Equal(t, 200, lines[0].Mails)
		require.Equal(t, "olga", lines[0].Who)
		require.Equal(t, true, postJSON(t, h, http.StatusOK, "/act.json", `{"do":"delete","q":"state:failed"}`)["unfinished"])
	})
}
