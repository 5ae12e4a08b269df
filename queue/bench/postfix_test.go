//go:build unix

package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPostfixThatCannotStart(t *testing.T) {
	needPostfix(t)
	_, _, err := startPostfix(t.TempDir()+"/none", "127.0.0.1:25")
	require.ErrorIs(t, err, os.ErrNotExist)
}
