package manage

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

func TestExport(t *testing.T) {
	store := queue.Memory()
	h, q := operated(t, store)
	one, two, other := letter(1, "ann@example.com"), full(2), letter(3, "bob@example.com")
	one.Data = []byte("Subject: x\r\n\r\nFrom here on\r\n")
	insert(t, store, one, two, other)

	w := post(h, "/export", url.Values{"which": {"all"}, "from": {"outgoing"}, "search": {"to:ann@"}})
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, "application/mbox", w.Header().Get("Content-Type"))
	require.Equal(t, "sandbox; default-src 'none'; frame-ancestors 'none'", w.Header().Get("Content-Security-Policy"))
	kind, params, err := mime.ParseMediaType(w.Header().Get("Content-Disposition"))
	require.NoError(t, err)
	require.Equal(t, "attachment", kind)
	require.Regexp(t, `^mails-[0-9-]+\.mbox$`, params["filename"])
	require.Equal(t, []string{string(two.Data), string(one.Data)}, unquote(w.Body.String()))
	logged(t, q, queue.Audit{Who: "olga", What: "export", Which: "state:outgoing to:ann@", Mails: 2})

	w = post(h, "/export", url.Values{"id": {id(3)}, "from": {"all"}})
	require.Equal(t, []string{string(other.Data)}, unquote(w.Body.String()))
	logged(t, q, queue.Audit{Who: "olga", What: "export", Which: "id:" + id(3), Mails: 1})
}

func TestExportTellsWhatIsNotInIt(t *testing.T) {
	store := queue.Memory()
	h, _ := operated(t, store)
	empty := letter(1, "ann@example.com")
	empty.Data = nil
	insert(t, store, empty, letter(2, "ann@example.com"))
	mails := unquote(post(h, "/export", url.Values{"q": {"to:ann@"}}).Body.String())
	require.Len(t, mails, 2)
	require.Contains(t, mails[1], "Of 1 mail only the envelope is still kept.")

	require.Equal(t, http.StatusNotFound, post(h, "/export", url.Values{"q": {"to:nobody@"}}).Code)
}

func TestExportIsBounded(t *testing.T) {
	store := queue.Memory()
	h, q := operated(t, store)
	var mails []*queue.Mail
	for n := range exportMails + 1 {
		m := letter(n+1, "ann@example.com")
		m.Data = []byte("a: b\r\n")
		mails = append(mails, m)
	}
	insert(t, store, mails...)
	body := post(h, "/export", url.Values{"q": {"all"}}).Body.String()
	require.Equal(t, exportMails+1, strings.Count(body, "\nFrom ")+1)
	require.Contains(t, body, "One export holds 10,000 mails or 1024.0 MB at most, and there are more.")
	logged(t, q, queue.Audit{Who: "olga", What: "export", Which: "all", Mails: exportMails})
}

// failingStore cannot read mail.
type failingStore struct{ queue.Store }

func (failingStore) Get(context.Context, string) (*queue.Record, error) {
	return nil, errors.New("disk on fire")
}

func TestAnExportThatBreaksOffIsNotTakenForWhole(t *testing.T) {
	store := queue.Memory()
	h, q := operated(t, failingStore{store})
	insert(t, store, letter(1, "ann@example.com"))
	require.PanicsWithValue(t, http.ErrAbortHandler, func() { post(h, "/export", url.Values{"q": {"all"}}) })
	logged(t, q, queue.Audit{Who: "olga", What: "export", Which: "all", Error: "disk on fire"})
}
