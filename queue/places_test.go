package queue

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPlacesOfACrewWithStuckSenders(t *testing.T) {
	now := time.Now()
	at := func(route string, spare, stuck bool) *sender {
		s := &sender{batch: &Batch{Route: route}, spare: spare}
		moved := now
		if stuck {
			moved = now.Add(-stuckAfter)
		}
		s.moved.Store(&moved)
		return s
	}
	a, b, c := at("a", false, true), at("b", true, true), at("c", true, true)
	for name, tt := range map[string]struct {
		at   []*sender
		want []place
	}{
		"the last spare is kept": {[]*sender{a, a, a, a, b, c, at("d", true, true)},
			[]place{{spare: true, want: Want{ImmediateOnly: true, Skip: []string{"a", "b", "c", "d"}}}}},
		"no more spares": {[]*sender{a, a, a, a, b, c, at("d", true, true), at("e", true, true)}, nil},
	} {
		crew := crew{most: 4, at: tt.at}
		require.Equal(t, tt.want, crew.places(now), name)
	}
}
