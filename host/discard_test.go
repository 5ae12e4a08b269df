package host

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDiscard(t *testing.T) {
	bare := envelope("b@y.example")
	bare.Data = []byte("Subject: x\r\n\r\nbare\n")
	all := sendAny(t, Discard{}, t.Context(), envelope("b@y.example", "nobody"), bare)
	require.Equal(t, []string{"delivered permanent", "permanent"}, words(all))
	require.Contains(t, all[0][0].Text, "sent to nobody")
	require.NoError(t, Discard{}.Validate())
}

func TestDiscardAfterTheContextHasEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.Equal(t, []string{"unsent"}, words(sendAny(t, Discard{}, ctx, envelope("b@y.example"))))
}
