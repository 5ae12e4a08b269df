package main

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

func TestCount(t *testing.T) {
	for _, test := range []struct {
		name     string
		received []int
		err      string
	}{
		{"as many", []int{1, 3, 5}, ""},
		{"too many", []int{1, 6}, "the relay received 6 mails, of 5"},
		{"too few", []int{1, 4}, "the relay received 4 mails, of 5"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCount()
				go func() {
					for _, n := range test.received {
						c.set(n)
						synctest.Wait()
					}
				}()
				err := c.settle(t.Context(), 5)
				if test.err == "" {
					require.NoError(t, err)
					return
				}
				require.EqualError(t, err, test.err)
			})
		})
	}
	t.Run("the end of its context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, newCount().settle(ctx, 1), context.Canceled)
	})
}
