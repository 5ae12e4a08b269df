package main

import (
	"bytes"
	"testing"

	"github.com/go-mailhost/mailhost/host"
	"github.com/stretchr/testify/require"
)

func TestMailText(t *testing.T) {
	require.Len(t, mailText, mailSize)
	require.NoError(t, host.CheckData([]byte(mailText)))
	for _, n := range []int{72, 73, 74, 144, 500} {
		got := len(body(n))
		require.InDelta(t, n, got, 1, "a line has two bytes at least")
	}
}

func TestGoMailComposesAsMuch(t *testing.T) {
	msg, err := goMailMessage()
	require.NoError(t, err)
	var composed bytes.Buffer
	_, err = msg.WriteTo(&composed)
	require.NoError(t, err)
	require.InDelta(t, mailSize, composed.Len(), 60)
}
