package manage

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

func TestRequeue(t *testing.T) {
	store := queue.Memory()
	h, q := operated(t, store)
	m := full(1)
	m.To = []string{"ann@example.com", "bob@exmaple.com"}
	m.Lane, m.Route, m.Once, m.Key, m.Meta = queue.Immediate, "eu", true, "order-7", map[string]string{"order": "7"}
	insert(t, store, m)
	finish(t, store, queue.Finish{Attempt: true, Recipients: []queue.Recipient{
		{Index: 0, To: "ann@example.com", State: queue.RecipientDelivered, Last: host.Report{Outcome: host.Delivered}},
		{Index: 1, To: "bob@exmaple.com", State: queue.RecipientFailed, Last: host.Report{Outcome: host.Permanent}},
	}})

	page := get(t, h, http.StatusOK, "/mail/"+id(1)+"/requeue")
	require.Contains(t, page, ">\nbob@exmaple.com</textarea>", "those whom it did not reach")

	w := post(h, "/mail/"+id(1)+"/requeue", url.Values{"to": {"bob@example.com\r\n\r\n  cid@example.com \r\nbob@example.com\r\n"}})
	require.Contains(t, follow(t, h, w), "Queued as a new mail")
	anew := strings.TrimPrefix(w.Header().Get("Location"), "/mail/")
	record, err := q.Get(t.Context(), anew)
	require.NoError(t, err)
	require.Equal(t, []string{"bob@example.com", "cid@example.com"}, record.Mail.To)
	require.Equal(t, m.Data, record.Mail.Data)
	require.Equal(t, "shop@acme.example", record.Mail.From)
	require.Equal(t, queue.Immediate, record.Mail.Lane)
	require.Equal(t, "eu", record.Mail.Route)
	require.True(t, record.Mail.Once)
	require.Empty(t, record.Mail.Key)
	require.Equal(t, m.Meta, record.Mail.Meta)
	require.Equal(t, "failed", stands(t, q, id(1)), "the original stays")
	logged(t, q, queue.Audit{Who: "olga", What: "requeue", Which: "id:" + id(1) + "," + anew, Mails: 1})

	answer := postJSON(t, h, http.StatusOK, "/mail/"+id(1)+"/requeue.json", `{"to":"dan@example.com"}`)
	require.Equal(t, id(1), answer["original"])
	require.Equal(t, "outgoing", stands(t, q, answer["id"].(string)))
}

func TestRequeueChecksAddresses(t *testing.T) {
	store := queue.Memory()
	h, q := operated(t, store)
	insert(t, store, letter(1, "ann@example.com"))
	for _, tt := range []struct{ to, want string }{
		{"", "Give one address at least."},
		{" \n\t", "Give one address at least."},
		{"ann", "ann"},
		{"ann@example.com\nAnn <ann@example.com>", "Ann <ann@example.com>"},
		{"ann@example.com,bob@example.com", "ann@example.com,bob@example.com"},
		{"<script>alert(1)</script>", "<script>alert(1)</script>"},
		{strings.Repeat("a", 100_000), "a"},
	} {
		w := post(h, "/mail/"+id(1)+"/requeue", url.Values{"to": {tt.to}})
		require.Equal(t, http.StatusBadRequest, w.Code)
		_, problems, _ := strings.Cut(w.Body.String(), `<div id="problems"`)
		require.Contains(t, html.UnescapeString(problems), tt.want)
		require.NotContains(t, w.Body.String(), "<script>")
	}
	var many strings.Builder
	for n := range maxRequeued + 1 {
		fmt.Fprintf(&many, "r%d@example.com\n", n)
	}
	require.Equal(t, http.StatusBadRequest, post(h, "/mail/"+id(1)+"/requeue", url.Values{"to": {many.String()}}).Code)
	require.Equal(t, http.StatusRequestEntityTooLarge, post(h, "/mail/"+id(1)+"/requeue", url.Values{"to": {strings.Repeat("a", maxBody)}}).Code)
	counts, err := q.Count(t.Context(), queue.Filter{})
	require.NoError(t, err)
	require.Equal(t, map[queue.State]int{queue.Outgoing: 1}, counts)

	large := letter(2)
	large.To = strings.Fields(many.String())
	insert(t, store, large)
	require.Contains(t, get(t, h, http.StatusConflict, "/mail/"+id(2)+"/requeue"), "Retry it instead.")
}
