package main

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheNewsletterWaits(t *testing.T) {
	s, base := openShop(t, options{})
	status, page := post(t, base+"/newsletter", url.Values{"subject": {"News & more"}, "text": {"A <new> hole."}})
	require.Equal(t, 200, status)
	require.Contains(t, page, "“News & more” goes in 1h0m0s")
	_, deferred := get(t, base+"/queues/deferred")
	for _, subscriber := range subscribers {
		require.Contains(t, page, subscriber.Name)
		require.Contains(t, deferred, subscriber.Email)
	}
	require.Empty(t, s.inbox.Mails())
}
