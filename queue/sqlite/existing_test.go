package sqlite

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

func TestOpenExisting(t *testing.T) {
	own, ownPath := openNew(t)
	_, beside, besidePath := newBeside(t)
	closed := filepath.Join(t.TempDir(), "mail.db")
	store, err := Open(closed)
	require.NoError(t, err)
	require.NoError(t, store.Insert(t.Context(), newMails(0, 1)))
	require.NoError(t, store.Close())
	require.NoError(t, own.Insert(t.Context(), newMails(0, 1)))
	require.NoError(t, beside.Insert(t.Context(), newMails(0, 1)))

	for _, path := range []string{ownPath, besidePath, closed} {
		s, err := OpenExisting(path)
		require.NoError(t, err)
		require.Equal(t, 1, total(t, s))
		n, _, err := s.Update(t.Context(), queue.Filter{All: true}, queue.Change{Operation: queue.OperationHold}, "")
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.NoError(t, s.Close())
	}
	counts, err := own.Count(t.Context(), queue.Filter{State: queue.Held})
	require.NoError(t, err)
	require.Equal(t, 1, counts[queue.Held], "the application sees it")
}

// TestOpenExistingMakesNothing also in a folder and a file where Open would.
func TestOpenExistingMakesNothing(t *testing.T) {
	mark := func(version int) string {
		return fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, version)
	}
	for name, test := range map[string]struct {
		script *string // nil: no file
		want   string
	}{
		"missing":       {nil, "no such file"},
		"empty":         {new(""), "it holds no queue"},
		"another's":     {new("CREATE TABLE mail (id INTEGER)"), "it holds no queue"},
		"a version ago": {new(mark(newestVersion() - 1)), fmt.Sprintf("it has version %d, and this program needs version %d", newestVersion()-1, newestVersion())},
		"newer":         {new(mark(newestVersion() + 1)), "use the newer program"},
		"a copy": {new(mark(newestVersion()) + "; CREATE TABLE mailhost_version (version INTEGER); INSERT INTO mailhost_version VALUES (" +
			fmt.Sprint(newestVersion()) + ")"), "its journal mode is delete"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "mail.db")
			var before []byte
			if test.script != nil {
				makeDatabase(t, path, *test.script)
				before, _ = os.ReadFile(path)
			}
			_, err := OpenExisting(path)
			require.ErrorContains(t, err, test.want)
			if test.script == nil {
				require.ErrorIs(t, err, fs.ErrNotExist)
			}
			after, _ := os.ReadFile(path)
			require.Equal(t, before, after)
			files, err := os.ReadDir(dir)
			require.NoError(t, err)
			require.LessOrEqual(t, len(files), 1)
		})
	}
	_, err := OpenExisting(t.TempDir())
	require.ErrorContains(t, err, "is not a file")
	_, err = OpenExisting("")
	require.ErrorContains(t, err, "is empty")
}
