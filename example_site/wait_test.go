package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWait(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"10s": 10 * time.Second, "1m30s": 90 * time.Second, "1ns": 1,
		"": 0, "5": 0, "0s": 0, "-1s": 0, "soon": 0,
	} {
		w := wait(time.Hour)
		err := w.Set(text)
		if want == 0 {
			require.EqualError(t, err, "write a duration such as 10s", text)
			require.Equal(t, "1h0m0s", w.String(), "it stays as it was")
			continue
		}
		require.NoError(t, err)
		require.Equal(t, want, time.Duration(w), text)
	}
}
