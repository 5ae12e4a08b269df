package main

import (
	"flag"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func names(p plan) (contenders, relays []string) {
	for _, c := range p.contenders {
		contenders = append(contenders, c.name)
	}
	for _, r := range p.relays {
		relays = append(relays, r.name)
	}
	return contenders, relays
}

func TestPlanByDefault(t *testing.T) {
	p, err := parsePlan(nil, io.Discard)
	require.NoError(t, err)
	require.Equal(t, []int{1, 4, 16}, p.conns)
	require.Equal(t, []time.Duration{0, 20 * time.Millisecond}, p.rtts)
	contenders, relays := names(p)
	require.Subset(t, contenders, []string{lockstep, pipelined, chunked, yardstick, "net/smtp.SendMail", "go-mail"})
	require.Contains(t, relays, "hosttest")
	require.Equal(t, sinkPath() != "", len(relays) == 2)
	sending := time.Duration(len(contenders)*len(relays)*len(p.conns)*len(p.rtts)*p.rounds) * p.time
	require.LessOrEqual(t, sending, 5*time.Minute, "with what is around it, 8 minutes are the limit")
	require.Greater(t, p.limit(), sending)
}

func TestUsageNamesTheContenders(t *testing.T) {
	var usage strings.Builder
	_, err := parsePlan([]string{"-h"}, &usage)
	require.ErrorIs(t, err, flag.ErrHelp)
	for _, word := range append(contenderNames(), "mails a second", "-only string") {
		require.Contains(t, usage.String(), word)
	}
}

func TestPlanChooses(t *testing.T) {
	p, err := parsePlan([]string{"-only", "mailhost, kept", "-relay", "void,hosttest", "-conns", "2, 3", "-rtt", "5ms",
		"-rounds", "7", "-time", "10ms", "-allocs=false"}, io.Discard)
	require.NoError(t, err)
	contenders, relays := names(p)
	require.Equal(t, []string{lockstep, pipelined, chunked, yardstick, "net/smtp, kept"}, contenders)
	require.Equal(t, []string{"void", "hosttest"}, relays)
	require.Equal(t, []int{2, 3}, p.conns)
	require.Equal(t, []time.Duration{5 * time.Millisecond}, p.rtts)
	require.Equal(t, 7, p.rounds)
	require.Equal(t, 10*time.Millisecond, p.time)
	require.False(t, p.allocs)
}

func TestPlanRefuses(t *testing.T) {
	tests := []struct{ flag, value, err string }{
		{"-only", "nobody", `no contender here is called "nobody"`},
		{"-only", "mailhost,", `no contender here is called ""`},
		{"-relay", "exim", `"exim" is none of`},
		{"-conns", "0", "-conns must be from 1 to 64"},
		{"-conns", "65", "-conns must be"},
		{"-conns", "", "invalid syntax"},
		{"-rtt", "-1ms", "-rtt must be from 0 to 1s"},
		{"-rtt", "2s", "-rtt must be"},
		{"-rtt", "20", "missing unit"},
		{"-rounds", "0", "-rounds must be from 1 to 100"},
		{"-time", "0s", "-time must be over 0"},
		{"-time", "2m", "-time must be"},
		{"-allocs", "go", `"go" is no flag`},
	}
	for _, test := range tests {
		t.Run(test.flag+" "+test.value, func(t *testing.T) {
			_, err := parsePlan([]string{test.flag, test.value}, io.Discard)
			require.ErrorContains(t, err, test.err)
		})
	}
}
