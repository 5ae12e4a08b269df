package host

import (
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

// A reply that nobody asked for, or that more follows, is no command's verdict.
func TestVerdict(t *testing.T) {
	tests := []struct {
		rep      reply
		verdict  int
		positive bool
	}{
		{reply{code: 250}, 250, true},
		{reply{code: 250, err: io.EOF}, 250, false},
		{reply{code: 550}, 550, false},
		{reply{code: 354}, 354, false},
		{reply{code: 250, err: errUnasked}, 0, false},
		{reply{code: 550, err: fmt.Errorf("at MAIL: %w", errTrailing)}, 0, false},
	}
	for _, test := range tests {
		require.Equal(t, test.verdict, test.rep.verdict(), "%v", test.rep)
		require.Equal(t, test.positive, test.rep.positive(), "%v", test.rep)
	}
}
