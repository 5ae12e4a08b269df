package manage

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSubject(t *testing.T) {
	for text, want := range map[string]string{
		"": "(no subject)", " \t\u00a0": "(no subject)", "hi": "hi", "a\x00": "a\uFFFD",
	} {
		require.Equal(t, want, subject(text))
	}
}
