package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

const untold = "has not told the shop so"

// Each address that the order form names does what the form says.
func TestAddressesThatMakeMailFail(t *testing.T) {
	s, base := openShop(t, options{})
	_, form := get(t, base+"/order")
	for _, test := range []struct {
		to, queue string
		received  bool
	}{
		{"550@example.com", "failed", false},
		{"451@example.com", "deferred", false},
		{"drop-after-dot@example.com", "deferred", true},
		{"slow@example.com", "sent", true},
	} {
		t.Run(test.to, func(t *testing.T) {
			require.Contains(t, form, test.to)
			status, _ := post(t, base+"/order", orderOf(test.to))
			require.Equal(t, 200, status)
			seen(t, base+"/queues/"+test.queue, test.to)
			_, inbox := get(t, base+"/inbox")
			require.Equal(t, test.received, strings.Contains(inbox, test.to))
		})
	}
	require.Positive(t, s.inbox.Counts().Verdicts[0], "what was dropped")
}

// The inbox shows a mail that the shop cannot know to have arrived, and only
// while that is so.
func TestTheInboxShowsWhatTheShopWasNotTold(t *testing.T) {
	s, base := openShop(t, options{})
	post(t, base+"/order", orderOf("slow@example.com"))
	_, err := s.inbox.Until(t.Context(), func(c hosttest.Counts) bool { return c.Held == 1 })
	require.NoError(t, err)
	seen(t, base+"/inbox", "slow@example.com", untold)
	s.inbox.Release()
	seen(t, base+"/queues/sent", "slow@example.com")
	_, inbox := get(t, base+"/inbox")
	require.NotContains(t, inbox, untold)
}
