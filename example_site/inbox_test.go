package main

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheInbox(t *testing.T) {
	s, base := openShop(t, options{})
	_, page := get(t, base+"/inbox")
	require.Contains(t, page, "There is no mail yet.")

	for i, name := range []string{"First", "Zoë <i>"} {
		status, _ := post(t, base+"/order", url.Values{"product": {"hole"}, "quantity": {"1"}, "name": {name}, "email": {"ann@example.com"}})
		require.Equal(t, 200, status)
		received(t, s.inbox, i+1)
	}
	_, page = get(t, base+"/inbox")
	newer, older := strings.Index(page, "Dear Zoë <i>, we"), strings.Index(page, "Dear First, we")
	require.Positive(t, newer)
	require.Less(t, newer, older, "newest first")
	require.Contains(t, page, "<b>Zoë <i></b> ann@example.com")
}

func TestTheInboxEscapes(t *testing.T) {
	s, base := openShop(t, options{})
	fields := orderOf("ann@example.com")
	fields.Set("name", "<script>")
	post(t, base+"/order", fields)
	received(t, s.inbox, 1)
	w := getRaw(s, "/inbox")
	require.NotContains(t, w.Body.String(), "<script")
	require.Contains(t, w.Body.String(), "&lt;script&gt;")
}

func TestTheInboxOfAnotherServer(t *testing.T) {
	server := relay(t)
	_, base := openShop(t, options{relay: server.Addr})
	_, page := get(t, base+"/inbox")
	require.Contains(t, page, "This shop sends its mail to "+server.Addr)
}
