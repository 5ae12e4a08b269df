package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPreviewsShowEveryMail(t *testing.T) {
	_, base := openShop(t, options{})
	status, page := get(t, base+"/mails/")
	require.Equal(t, 200, status)
	require.NotContains(t, page, "Samples that fail")
	for _, subject := range []string{"Order SAMPLE confirmed", sampleNews.Subject, "A gift card from Patrick O'Brien, Jr."} {
		require.Contains(t, page, subject)
	}
}
