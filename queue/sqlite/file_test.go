package sqlite

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPathsAreTakenAsTheyAre(t *testing.T) {
	for _, name := range []string{"mail.db", "a b", "what?mode=memory", "50%20", "%", "a#b", "ä&b=c", "'", ":memory:", "file:x"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			require.NoError(t, openAt(t, path).Insert(t.Context(), newMails(0, 1)))
			require.FileExists(t, path)
			require.Equal(t, 1, total(t, openAt(t, path)))
		})
	}
}

func TestRelativePath(t *testing.T) {
	t.Chdir(t.TempDir())
	s := openAt(t, ":memory:")
	require.NoError(t, s.Insert(t.Context(), newMails(0, 1)))
	require.FileExists(t, ":memory:")
}

func TestFilesAreTheOwnersOnly(t *testing.T) {
	s, path := openNew(t)
	require.NoError(t, s.Insert(t.Context(), newMails(0, 1)))
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode(), name)
	}
}

func TestPathsThatCannotBeOpened(t *testing.T) {
	dir := t.TempDir()
	missing := filepath.Join(dir, "missing", "mail.db")
	for _, test := range []struct{ path, want string }{
		{"", "queue/sqlite: the path of the database is empty"},
		{dir, "queue/sqlite: " + dir + " is not a file: name the database's file, not its folder"},
		{missing, "queue/sqlite: cannot open " + missing + ": its folder must exist and be writable: "},
	} {
		_, err := Open(test.path)
		require.ErrorContains(t, err, test.want)
	}
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestRelativePathInAFolderThatIsGone(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.Remove(dir); err != nil {
		t.Skip("this system keeps a folder in which a process works:", err)
	}
	_, err := Open("mail.db")
	require.ErrorContains(t, err, "queue/sqlite: cannot find mail.db: ")
}

func TestEmptyFileIsANewDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mail.db")
	require.NoError(t, os.WriteFile(path, nil, 0o640))
	require.Zero(t, total(t, openAt(t, path)))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o640), info.Mode(), "the mode of a file that is there is its owner's affair")
}
