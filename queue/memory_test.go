package queue_test

import (
	"testing"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/storetest"
)

func TestMemory(t *testing.T) {
	storetest.Suite{
		Open: func(*testing.T) queue.Store { return queue.Memory() },
		// Closing it leaves it as it was.
		Reopen: func(t *testing.T, store queue.Store) queue.Store {
			if err := store.Close(); err != nil {
				t.Fatal(err)
			}
			return store
		},
	}.Run(t)
}
