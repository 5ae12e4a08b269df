//go:build linux

package crash

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// quick returns a test binary without the race detector, which makes a store in
// pure Go some twenty times slower: this one, or else one that it builds.
func quick(t *testing.T) string {
	t.Helper()
	if !raceDetector {
		self, err := os.Executable()
		require.NoError(t, err)
		return self
	}
	binary := filepath.Join(t.TempDir(), "quick.test")
	text, err := exec.CommandContext(t.Context(), "go", "test", "-c", "-race=false", "-o", binary, ".").CombinedOutput()
	require.NoError(t, err, string(text))
	return binary
}
