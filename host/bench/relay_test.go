package main

import (
	"context"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// needs skips the test where a program of Postfix's is missing.
func needs(t *testing.T, program string) {
	if find(program) != "" {
		return
	}
	require.NotEqual(t, "all", os.Getenv("MAILHOST_REQUIRE"), "%s is missing: apt-get install postfix", program)
	t.Skipf("%s is missing: apt-get install postfix", program)
}

func TestRelaysAnnounceWhatMatters(t *testing.T) {
	tests := []struct {
		relay
		keywords []string // of PIPELINING and CHUNKING
	}{
		{hosttestRelay, []string{"PIPELINING", "CHUNKING"}},
		{sinkRelay, []string{"PIPELINING"}},
		{voidRelay, []string{"PIPELINING", "CHUNKING"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.name == sinkRelay.name {
				needs(t, "smtp-sink")
			}
			s, err := test.open(t.Context())
			require.NoError(t, err)
			defer s.stop()
			require.Contains(t, s.announces, "8BITMIME")
			for _, keyword := range []string{"PIPELINING", "CHUNKING"} {
				require.Equal(t, slices.Contains(test.keywords, keyword), slices.Contains(s.announces, keyword), keyword)
			}
		})
	}
}

func TestRelaysStop(t *testing.T) {
	for _, r := range []relay{hosttestRelay, sinkRelay, voidRelay} {
		t.Run(r.name, func(t *testing.T) {
			if r.name == sinkRelay.name {
				needs(t, "smtp-sink")
			}
			s, err := r.open(t.Context())
			require.NoError(t, err)
			s.stop()
			s.stop()
			_, err = announced(s.addr)
			require.Error(t, err)
		})
	}
}

func TestRelaysStopWithTheirContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, err := hosttestRelay.open(ctx)
	require.NoError(t, err)
	defer s.stop()
	c, _, err := hello(s.addr)
	require.NoError(t, err)
	defer c.Close()
	cancel()
	_, _, err = c.ReadResponse(0) // whoever waits is cut off
	require.Error(t, err)
}

func TestServes(t *testing.T) {
	s := &server{announces: []string{"PIPELINING"}}
	require.True(t, s.serves(contender{}))
	require.True(t, s.serves(contender{must: "PIPELINING"}))
	require.False(t, s.serves(contender{must: "CHUNKING"}))
}
