package manage

import (
	"net/http"
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
		{"unknown", "/sent?after=" + id(1), "This page takes no &#34;after&#34;."},
		{"on the overview", "/?before=" + id(1), "This page takes no &#34;before&#34;"},
		{"on a mail", "/mail/" + id(1) + "?x=1", "This page takes no &#34;x&#34;"},
		{"broken escape", "/sent?before=%zz", "The query is not well-formed"},
		{"semicolon", "/sent?before=1;2", "The query is not well-formed"},
		{"too long", "/sent?before=" + strings.Repeat("0", maxQuery), "The query is longer than 8192 bytes."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.Contains(t, get(t, h, http.StatusBadRequest, tt.target), tt.want)
		})
	}
	get(t, h, http.StatusOK, "/sent?before="+id(1))
}
