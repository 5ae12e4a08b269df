package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// pretended is a section in which contenders say numbers, a list for each.
func pretended(name, yardstick string, said map[string][]float64, order ...string) *section {
	s := &section{name: name, title: "mails", yardstick: yardstick, figures: []figure{{"mails/s", showCount}}}
	for _, who := range order {
		s.contenders = append(s.contenders, &contender{name: who, run: func(context.Context) ([]float64, error) {
			if len(said[who]) == 0 {
				return nil, errors.New("out of numbers")
			}
			next := said[who][0]
			said[who] = said[who][1:]
			return []float64{next}, nil
		}})
	}
	return s
}

func TestRaceTakesTurnsAndShowsMedians(t *testing.T) {
	s := pretended("s", "slow", map[string][]float64{"slow": {10, 30, 20}, "fast": {60, 40, 50}, "broken": {1}}, "slow", "fast", "broken")
	var log, w strings.Builder
	require.NoError(t, s.race(t.Context(), 3, &log))
	require.Less(t, strings.Index(log.String(), "round 1: s, fast: 60 mails/s"), strings.Index(log.String(), "round 2: s, slow: 30 mails/s"))
	s.write(&w)
	require.Regexp(t, `^mails +mails/s +ratio
slow +20 +1\.00x
fast +50 +2\.50x
broken +failed
`, w.String())
	require.EqualError(t, sections{s}.failures(), "s, broken: out of numbers")
}

func TestRaceEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := pretended("s", "", map[string][]float64{"a": {1}}, "a")
	require.ErrorIs(t, s.race(ctx, 1, io.Discard), context.Canceled)
}

func TestRatiosToWhatStandsBeside(t *testing.T) {
	s := pretended("s", "", map[string][]float64{"slow": {10}, "slow, twice": {20}, "fast": {50}, "fast, twice": {60}},
		"slow", "slow, twice", "fast", "fast, twice")
	s.contenders[2].yardstick, s.contenders[3].yardstick = "slow", "slow, twice"
	require.NoError(t, s.race(t.Context(), 1, io.Discard))
	var w strings.Builder
	s.write(&w)
	require.Regexp(t, `^mails +mails/s +ratio
slow +10
slow, twice +20
fast +50 +5\.00x
fast, twice +60 +3\.00x
`, w.String())
}

func TestNoRatioWithoutItsYardstick(t *testing.T) {
	s := pretended("s", "broken", map[string][]float64{"a": {1}}, "broken", "a")
	require.NoError(t, s.race(t.Context(), 1, io.Discard))
	_, ok := s.ratio("a")
	require.False(t, ok)
}
