package host

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

// The error of a child is the child's: it is not changed by the name before it.
func TestValidateChildLeavesTheErrorAlone(t *testing.T) {
	child := &fakeHost{mistake: errors.Join(errors.New("a"), errors.New("b"))}
	for range 2 {
		require.EqualError(t, validateChild("Default", child), "host: Default: a\nhost: Default: b")
	}
	require.EqualError(t, child.mistake, "a\nb")
}
