package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSourceLeavesOutItsBeginning(t *testing.T) {
	s := &source{conns: 4, begin: 200 * time.Millisecond}
	require.Equal(t, tally{mails: 54, perSecond: 50}, s.tally(54, 1200*time.Millisecond))
}

func TestSourceSaysWhatWentWrong(t *testing.T) {
	needs(t, "smtp-source")
	nobody, err := freeAddr()
	require.NoError(t, err)
	f, err := openSource(t.Context(), nobody, 1)
	require.NoError(t, err)
	defer f.close()
	_, err = f.warm(t.Context())
	require.ErrorContains(t, err, "refused")
}
