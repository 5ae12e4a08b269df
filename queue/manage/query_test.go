package manage

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

func TestQueryIsChecked(t *testing.T) {
	h := shown(t, queue.Memory())
	for _, tt := range []struct{ name, target, want string }{
		{"not an id", "/sent?before=7", "must be the id of a mail: 26 letters and digits."},
		{"empty", "/sent?before=", "must be the id of a mail"},
		{"upper case", "/sent?before=" + strings.Repeat("A", 26), "must be the id of a mail"},
		{"a line break after it", "/sent?before=" + id(1) + "%0a", "must be the id of a mail"},
		{"twice", "/sent?before=" + id(1) + "&before=" + id(2), "is given more than once."},
		{"unknown", "/sent?after=" + id(1), "This page takes no &#34;after&#34; in its query."},
		{"on the overview", "/?before=" + id(1), "This page takes no &#34;before&#34;"},
		{"on a mail", "/mail/" + id(1) + "?x=1", "This page takes no &#34;x&#34;"},
		{"broken escape", "/sent?before=%zz", "The query is not well-formed"},
		{"semicolon", "/sent?before=1;2", "The query is not well-formed"},
		{"too long", "/sent?before=" + strings.Repeat("0", 200), "The query is longer than 200 bytes."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.Contains(t, get(t, h, http.StatusBadRequest, tt.target), tt.want)
		})
	}
	get(t, h, http.StatusOK, "/sent?before="+id(1))
}

func FuzzCheckQuery(f *testing.F) {
	for _, query := range []string{"", "before=" + id(1), "before=1&before=2", "before=%zz", "a=b", ";", "before=%00", "&&=&"} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		u := &url.URL{RawQuery: query}
		if checkQuery(u, "before") != "" {
			return
		}
		before := u.Query().Get("before")
		require.True(t, before == "" && !u.Query().Has("before") || mailID.MatchString(before), "%q", before)
		require.LessOrEqual(t, len(u.Query()), 1)
	})
}
