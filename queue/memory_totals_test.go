package queue

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMemoryTellsOfNoMinuteInWhichNothingHappened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := Memory()
		q := open(t, store, nil, Config{})
		commit(t, q, letter(Immediate, "unsent"))
		pass(time.Hour)
		open(t, store, &relay{}, Config{})
		pass(time.Second)
		require.Equal(t, []int{1}, minutes(t, store))
	})
}
