package main

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

var here = course{"void", 0, 2}

func racers(fakes ...*fake) *plan {
	p := &plan{rounds: 2, log: io.Discard, conns: []int{here.conns}}
	for _, f := range fakes {
		p.contenders = append(p.contenders, f.contender())
	}
	return p
}

func TestContendersTakeTurns(t *testing.T) {
	var did []string
	tell := func(what string) { did = append(did, what) }
	p := racers(&fake{name: "a", tell: tell, rate: 10}, &fake{name: "b", tell: tell, rate: 20})
	rs := results{}
	require.NoError(t, p.race(t.Context(), here, &server{}, rs))
	round := []string{"a open", "a warm", "a send", "a close", "b open", "b warm", "b send", "b close"}
	require.Equal(t, append(round, round...), did)
	require.Equal(t, []float64{10, 10}, rs.cell("a", here).rates)
	require.Equal(t, []float64{20, 20}, rs.cell("b", here).rates)
}

func TestAContenderThatFailsIsOut(t *testing.T) {
	for _, at := range []string{"open", "warm", "send", "close"} {
		t.Run(at, func(t *testing.T) {
			var did []string
			broken := errors.New("broken")
			p := racers(
				&fake{name: "bad", failAt: at, err: broken, tell: func(what string) { did = append(did, what) }},
				&fake{name: "good", rate: 1},
			)
			rs := results{}
			require.NoError(t, p.race(t.Context(), here, &server{}, rs))
			require.Len(t, rs.cell("good", here).rates, 2)
			_, ok := rs.rate("bad", here)
			require.False(t, ok)
			require.Equal(t, "bad open", did[0])
			require.NotContains(t, did[1:], "bad open", "no second round")
			if at != "open" {
				require.Contains(t, did, "bad close")
			}
			failures := rs.failures()
			require.Len(t, failures, 1)
			require.ErrorIs(t, failures[0], broken)
			require.ErrorContains(t, failures[0], "void, 0 ms, 2 connections: bad: broken")
		})
	}
}

func TestAContenderWithoutWhatItNeedsIsAbsent(t *testing.T) {
	p := racers(&fake{name: "a"})
	p.contenders[0].must = "CHUNKING"
	rs := results{}
	require.NoError(t, p.race(t.Context(), here, &server{announces: []string{"PIPELINING"}}, rs))
	require.True(t, rs.cell("a", here).absent)
	require.Empty(t, rs.failures())
}

func TestARaceEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("that is enough")
	var did []string
	p := racers(&fake{name: "a", tell: func(what string) {
		did = append(did, what)
		cancel(why)
	}})
	err := p.race(ctx, here, &server{}, results{})
	require.ErrorIs(t, err, why)
	require.Len(t, did, 4, "one turn")
}
