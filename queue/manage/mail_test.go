package manage

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

func TestMailPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := queue.Memory()
		m := letter(1, "ann@example.com", "bob@example.com", "cid@example.com")
		m.Lane, m.Route, m.Once, m.Key = queue.Immediate, "second", true, "order-7"
		m.Meta = map[string]string{"order": "seven"}
		m.Expires = time.Now().Add(48 * time.Hour)
		insert(t, store, m)
		finish(t, store, queue.Finish{
			Recipients: []queue.Recipient{
				{To: "ann@example.com", State: queue.RecipientDelivered,
					Last: host.Report{Outcome: host.Delivered, Code: 250, Text: "queued as 17", Relay: "relay.example:25"}},
				{Index: 1, To: "bob@example.com", State: queue.RecipientFailed,
					Last: host.Report{Outcome: host.Permanent, Code: 550, Enhanced: "5.1.1", Text: "no such user"}},
				{Index: 2, To: "cid@example.com", Last: host.Report{Outcome: host.Transient, Code: 452, Text: "full", Alarm: true}},
			},
			Attempt: true,
			Doubt:   true,
			Retry:   90 * time.Second,
		})
		body := get(t, shown(t, store), http.StatusOK, "/mail/"+id(1))
		for _, text := range []string{
			`<h1 class="words">letter 1</h1>`, `href="/deferred">deferred</a>`, id(1), "immediate, once", ">second<",
			"shop@acme.example", "1, 1 of them with an unknown outcome", "order-7", ">order<", ">seven<",
			"2000-01-01 00:01:30 UTC", "in 1 min", "2000-01-03 00:00:00 UTC", "in 2 days",
			">delivered<", "delivered: 250 queued as 17", "relay.example:25",
			">failed<", "permanent: 550 5.1.1 no such user",
			">pending<", "transient: 452 full", "an operator must act",
			"<h2>Attempts</h2>", "2000-01-01 00:00:00 UTC", "1 of 3 delivered",
		} {
			require.Contains(t, body, text)
		}
	})
}

func TestMailThatIsBeingSentShowsItsLease(t *testing.T) {
	store := queue.Memory()
	insert(t, store, letter(1, "ann@example.com"))
	_, _, err := store.Claim(t.Context(), queue.Want{Mails: 1, Bytes: 1, Lease: time.Hour})
	require.NoError(t, err)
	body := get(t, shown(t, store), http.StatusOK, "/mail/"+id(1))
	require.Contains(t, body, "</a> <b>sending</b>")
	require.Contains(t, body, "Lease until")
}

func TestMailThatIsDoneIsNotDue(t *testing.T) {
	store := queue.Memory()
	insert(t, store, letter(1, "ann@example.com"))
	finish(t, store, queue.Finish{
		Recipients: []queue.Recipient{{To: "ann@example.com", State: queue.RecipientDelivered}},
	})
	body := get(t, shown(t, store), http.StatusOK, "/mail/"+id(1))
	require.Contains(t, body, ">sent<")
	require.NotContains(t, body, "Due")
	require.NotContains(t, body, "Expires")
}

func TestUnknownMail(t *testing.T) {
	store := queue.Memory()
	insert(t, store, letter(1, "ann@example.com"))
	h := shown(t, store)
	require.Contains(t, get(t, h, http.StatusNotFound, "/mail/"+id(2)), "No such mail")

	h = shown(t, brokenStore{Store: store, get: errors.New("asked for what cannot be an id")})
	for _, name := range []string{"", "x", id(1) + "0", strings.ToUpper(id(1)[1:] + "V"), strings.Repeat("0", 5000)} {
		require.Contains(t, get(t, h, http.StatusNotFound, "/mail/"+name), "No such mail")
	}
}

func TestMailWithoutContent(t *testing.T) {
	store := queue.Memory()
	m := letter(1, "ann@example.com")
	m.Data, m.Subject = nil, " \t"
	insert(t, store, m)
	body := get(t, shown(t, store), http.StatusOK, "/mail/"+id(1))
	require.Contains(t, body, `<h1 class="words">(no subject)</h1>`)
	require.NotContains(t, body, "/source")
	for _, tab := range []string{"text", "html", "headers", "files", "source", "frame", "file/1", "message.eml", "requeue"} {
		require.Contains(t, get(t, shown(t, store), http.StatusNotFound, "/mail/"+id(1)+"/"+tab), "no longer kept", tab)
	}
}

func TestLongMailIsCut(t *testing.T) {
	store := queue.Memory()
	m := letter(1)
	for n := range maxRecipients + 1 {
		m.To = append(m.To, fmt.Sprintf("r%d@example.com", n))
	}
	headers, body := bytes.Repeat([]byte("h"), maxSource+1), bytes.Repeat([]byte("b"), 2*maxSource)
	m.Data = bytes.Join([][]byte{headers, body}, []byte("\r\n\r\n"))
	insert(t, store, m)
	h := shown(t, store)
	page := get(t, h, http.StatusOK, "/mail/"+id(1))
	require.Contains(t, page, "The first 500 of 501.")
	require.NotContains(t, page, "r500@example.com")
	require.Contains(t, get(t, h, http.StatusOK, "/mail/"+id(1)+"/headers"), "The first 131072 of 131073 bytes.")
	page = get(t, h, http.StatusOK, "/mail/"+id(1)+"/source")
	require.Contains(t, page, "The first 131072 of 393221 bytes.")
	require.NotContains(t, page, strings.Repeat("b", maxSource+1))
}

func TestReply(t *testing.T) {
	for _, tt := range []struct {
		report host.Report
		want   string
	}{
		{host.Report{}, "not tried yet"},
		{host.Report{To: "ann@example.com", Outcome: host.Delivered, Code: 250, Enhanced: "2.0.0", Text: "ok"}, "delivered: 250 2.0.0 ok"},
		{host.Report{Outcome: host.Unreachable, Text: "connection refused"}, "unreachable: connection refused"},
		{host.Report{Outcome: host.Permanent, Code: 550, Text: "a\r\n b"}, "permanent: 550 a b"},
		{host.Report{Outcome: host.Uncertain}, "uncertain:"},
	} {
		require.Equal(t, tt.want, reply(tt.report))
	}
}
