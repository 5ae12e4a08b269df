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

func TestRelaysAnnounceWhatTheyAreToOffer(t *testing.T) {
	tests := []struct {
		relay
		keywords []string // of PIPELINING and CHUNKING, where all is offered
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
			for n, o := range []offer{nothing, pipelining, everything} {
				s, err := test.open(t.Context(), o)
				require.NoError(t, err)
				defer s.stop()
				require.Contains(t, s.announces, "8BITMIME")
				var announced []string
				for _, keyword := range []string{"PIPELINING", "CHUNKING"} {
					if slices.Contains(s.announces, keyword) {
						announced = append(announced, keyword)
					}
				}
				require.ElementsMatch(t, test.keywords[:min(n, len(test.keywords))], announced)
			}
		})
	}
}

func TestAServerThatSaysTooMuchIsRefused(t *testing.T) {
	chatty := relay{name: "chatty", start: func(offer) (*server, error) { return voidRelay.start(everything) }}
	_, err := chatty.open(t.Context(), nothing)
	require.ErrorContains(t, err, "chatty: it announces CHUNKING")
}

func TestRelaysStop(t *testing.T) {
	for _, r := range []relay{hosttestRelay, sinkRelay, voidRelay} {
		t.Run(r.name, func(t *testing.T) {
			if r.name == sinkRelay.name {
				needs(t, "smtp-sink")
			}
			s, err := r.open(t.Context(), everything)
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
	s, err := hosttestRelay.open(ctx, pipelining)
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
