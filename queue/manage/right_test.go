package manage

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

// These are all that can be asked for, with the right that it needs besides List.
var asks = []struct {
	method, path string
	fields       string
	rights       []Right
}{
	{"GET", "/", "", nil},
	{"GET", "/stats.json", "", nil},
	{"GET", "/all", "", nil},
	{"GET", "/outgoing?q=to:ann", "", nil},
	{"GET", "/domains", "", nil},
	{"GET", "/audit", "", nil},
	{"HEAD", "/live", "", nil},
	{"GET", "/mail/" + id(1), "", nil},
	{"GET", "/mail/" + id(1) + ".json", "", nil},
	{"GET", "/mail/" + id(1) + "/text", "", []Right{Content}},
	{"GET", "/mail/" + id(1) + "/text.json", "", []Right{Content}},
	{"GET", "/mail/" + id(1) + "/html", "", []Right{Content}},
	{"GET", "/mail/" + id(1) + "/headers", "", []Right{Content}},
	{"GET", "/mail/" + id(1) + "/files", "", []Right{Content}},
	{"GET", "/mail/" + id(1) + "/source", "", []Right{Content}},
	{"GET", "/mail/" + id(1) + "/frame", "", []Right{Content}},
	{"GET", "/mail/" + id(1) + "/file/1", "", []Right{Content}},
	{"GET", "/mail/" + id(1) + "/message.eml", "", []Right{Content}},
	{"POST", "/export", "id=" + id(1), []Right{Content}},
	{"GET", "/mail/" + id(1) + "/requeue", "", []Right{Content, Act}},
	{"POST", "/mail/" + id(1) + "/requeue", "to=bob@example.com", []Right{Content, Act}},
	{"GET", "/confirm?do=hold&id=" + id(1), "", []Right{Act}},
	{"POST", "/act", "do=hold&id=" + id(1), []Right{Act}},
	{"POST", "/act.json", "do=release&id=" + id(1), []Right{Act}},
	{"POST", "/pause", "route=", []Right{Act}},
	{"POST", "/resume", "route=", []Right{Act}},
	{"POST", "/signal", "", []Right{Act}},
	{"POST", "/test", "to=bob@example.com", []Right{Act}},
}

// full is a mail that has everything, and says what only those may read who have the
// right.
func full(n int) *queue.Mail {
	m := letter(n, "ann@example.com")
	m.Data = []byte(strings.ReplaceAll(`From: shop@acme.example
To: ann@example.com
Subject: letter
X-Secret: SECRETHEADER
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=m

--m
Content-Type: multipart/related; boundary=r

--r
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: text/plain

Reset it: https://app.test/reset?token=SECRETTEXT
--a
Content-Type: text/html

<p onclick="alert(1)">SECRETHTML <a href="https://app.test/SECRETLINK">here</a>
<img src="cid:logo@acme"><img src="https://evil.test/track.gif"></p>
--a--
--r
Content-Type: image/png; name=logo.png
Content-ID: <logo@acme>

PNG
--r--
--m
Content-Type: text/html; name="../../<b>.html"
Content-Disposition: attachment; filename="../../<b>.html"

<script>SECRETFILE</script>
--m--
`, "\n", "\r\n"))
	return m
}

func TestRights(t *testing.T) {
	for _, rights := range [][]Right{{}, {List}, {List, Content}, {List, Act}, {List, Content, Act}, {Content, Act}} {
		store := queue.Memory()
		insert(t, store, full(1))
		h := New(open(t, store), Config{From: "shop@acme.example", Authorize: func(_ *http.Request, right Right) bool {
			return slices.Contains(rights, right)
		}})
		for _, ask := range asks {
			may := slices.Contains(rights, List)
			for _, right := range ask.rights {
				may = may && slices.Contains(rights, right)
			}
			var w *httptest.ResponseRecorder
			if ask.method == "POST" {
				fields, err := url.ParseQuery(ask.fields)
				require.NoError(t, err)
				w = post(h, ask.path, fields)
			} else {
				w = request(h, ask.method, ask.path)
			}
			if may {
				require.Less(t, w.Code, 400, "%v %s %s: %s", rights, ask.method, ask.path, w.Body)
			} else {
				require.Equal(t, http.StatusForbidden, w.Code, "%v %s %s", rights, ask.method, ask.path)
			}
			if !slices.Contains(rights, Content) {
				require.NotContains(t, w.Body.String(), "SECRET", "%v %s", rights, ask.path)
			}
			if !slices.Contains(rights, Act) {
				require.NotContains(t, w.Body.String(), `action="/act"`)
				require.NotContains(t, w.Body.String(), `action="/pause"`)
				require.NotContains(t, w.Body.String(), `name="do"`)
			}
		}
	}
}

// Every page of the handler is asked for above.
func TestRightsOfEveryPlaceAreTested(t *testing.T) {
	asked := map[string]bool{}
	for _, ask := range asks {
		path, _, _ := strings.Cut(strings.TrimSuffix(ask.path, ".json"), "?")
		name, _ := starred(path[1:])
		asked[ask.method+" "+name] = true
	}
	for name, place := range places {
		if _, err := queue.ParseState(name); err == nil && name != "" && name != "outgoing" {
			continue // as outgoing
		}
		get := asked["GET "+name] || asked["HEAD "+name]
		require.Equal(t, place.get != nil, get, "GET %s", name)
		require.Equal(t, place.post != nil, asked["POST "+name], "POST %s", name)
	}
}

func TestPostsOfOtherSitesAreRefused(t *testing.T) {
	for name, header := range map[string][2]string{
		"another origin": {"Origin", "https://evil.test"},
		"no origin":      {"Origin", "null"},
		"another site":   {"Sec-Fetch-Site", "cross-site"},
		"a sibling":      {"Sec-Fetch-Site", "same-site"},
		"another port":   {"Origin", "http://example.com:8080"},
		"a name like it": {"Origin", "http://example.com.evil.test"},
	} {
		t.Run(name, func(t *testing.T) {
			store := queue.Memory()
			insert(t, store, full(1))
			h, q := operated(t, store)
			for _, ask := range asks {
				if ask.method != "POST" {
					continue
				}
				r := httptest.NewRequest("POST", ask.path, strings.NewReader(ask.fields))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.Header.Set(header[0], header[1])
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				require.Equal(t, http.StatusForbidden, w.Code, ask.path)
				require.Contains(t, w.Body.String(), "another site", ask.path)
			}
			require.Equal(t, "outgoing", stands(t, q, id(1)))
			counts, err := q.Count(t.Context(), queue.Filter{})
			require.NoError(t, err)
			require.Equal(t, map[queue.State]int{queue.Outgoing: 1}, counts, "nothing was queued")
			lines, err := q.Audits(t.Context(), 0, 10)
			require.NoError(t, err)
			require.Empty(t, lines)
		})
	}
}

func TestAGetChangesNothing(t *testing.T) {
	store := queue.Memory()
	insert(t, store, full(1))
	h, q := operated(t, store)
	for _, ask := range asks {
		if ask.method == "POST" {
			request(h, "GET", ask.path+"?"+ask.fields)
		}
		request(h, "HEAD", ask.path)
	}
	require.Equal(t, "outgoing", stands(t, q, id(1)))
	lines, err := q.Audits(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Empty(t, lines)
}
