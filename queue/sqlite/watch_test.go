package sqlite

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

// fm-114: what is written to a file that is gone would be gone with it.
func TestFileThatIsGoneIsNoticed(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(t *testing.T, path, aside string)
		want string
	}{
		{"removed", func(t *testing.T, path, _ string) { require.NoError(t, os.Remove(path)) },
			"the file was removed or moved while it was open: put it back, or restart"},
		{"moved", func(t *testing.T, path, aside string) { require.NoError(t, os.Rename(path, aside)) },
			"the file was removed or moved while it was open: put it back, or restart"},
		{"its log removed", func(t *testing.T, path, _ string) { require.NoError(t, os.Remove(path+"-wal")) },
			"the file was removed or moved while it was open: put it back, or restart"},
		{"replaced", func(t *testing.T, path, aside string) {
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			require.NoError(t, os.Rename(path, aside))
			require.NoError(t, os.WriteFile(path, data, 0o600))
		}, "the file was replaced while it was open: put the old one back, or restart"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, path := openNew(t)
			aside := filepath.Join(filepath.Dir(path), "aside.db")
			require.NoError(t, s.Insert(t.Context(), newMails(0, 1)))
			tt.do(t, path, aside)

			require.ErrorContains(t, s.Insert(t.Context(), newMails(1, 2)), "queue/sqlite: "+tt.want)
			_, _, err := s.Claim(t.Context(), everything)
			require.ErrorContains(t, err, tt.want)
			_, err = s.Count(t.Context(), queue.Filter{})
			require.ErrorContains(t, err, tt.want)

			if _, err := os.Stat(aside); err == nil {
				require.NoError(t, os.Rename(aside, path))
				require.NoError(t, s.Insert(t.Context(), newMails(1, 2)), "it was put back")
				require.Equal(t, 2, total(t, s))
			}
		})
	}
}
