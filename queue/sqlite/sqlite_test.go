package sqlite

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/storetest"
)

func TestStore(t *testing.T) {
	var paths = map[queue.Store]string{}
	open := func(t *testing.T, path string) queue.Store {
		store, err := Open(path)
		require.NoError(t, err)
		paths[store] = path
		return store
	}
	storetest.Suite{
		Open: func(t *testing.T) queue.Store { return open(t, filepath.Join(t.TempDir(), "mail.db")) },
		Reopen: func(t *testing.T, store queue.Store) queue.Store {
			require.NoError(t, store.Close())
			return open(t, paths[store])
		},
	}.Run(t)
}
