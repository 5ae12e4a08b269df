package main

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAGiftCardThatIsNotPaidSendsNothing(t *testing.T) {
	s, base := openShop(t, options{})
	status, page := post(t, base+"/gift-card", url.Values{"from": {"Ann"}, "name": {"Bob"}, "email": {"bob@example.com"}, "amount": {"50"}})
	require.Equal(t, 402, status)
	require.Contains(t, page, "The payment was declined")
	require.NotContains(t, page, "on its way")

	// An order that came later has arrived; the gift card's mail has not.
	post(t, base+"/order", orderOf("ann@example.com"))
	require.Len(t, received(t, s.inbox, 1), 1)
	nowhere(t, base, "bob@example.com")
}
