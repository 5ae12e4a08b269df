package main

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRun(t *testing.T) {
	p, err := parsePlan([]string{"-only", "mailhost", "-relay", "hosttest,void", "-conns", "1,2", "-rtt", "0ms,1ms",
		"-rounds", "1", "-time", "10ms", "-allocs=false"}, io.Discard)
	require.NoError(t, err)
	var w strings.Builder
	require.NoError(t, p.run(t.Context(), &w))
	text := w.String()
	require.Contains(t, text, "== hosttest announces PIPELINING")
	require.Contains(t, text, "== void announces 8BITMIME PIPELINING CHUNKING\n")
	require.Contains(t, text, "void, 1 ms round trip (a NOOP takes ")
	cell := ` +[\d.]+ +[\d.]+x`
	for _, who := range p.contenders {
		require.Regexp(t, "\n"+who.name+cell+cell+"\n", text)
	}
	require.Equal(t, 4, strings.Count(text, "1 connection       2 connections"), "a table for each relay and distance")
	require.Contains(t, text, "Aims,")
}

func TestRunAtSink(t *testing.T) {
	needs(t, "smtp-sink")
	p, err := parsePlan([]string{"-relay", "smtp-sink", "-conns", "2", "-rtt", "0ms",
		"-rounds", "1", "-time", "10ms", "-allocs=false"}, io.Discard)
	require.NoError(t, err)
	var w strings.Builder
	require.NoError(t, p.run(t.Context(), &w))
	require.Regexp(t, `mailhost, chunked +-\n`, w.String(), "it has no CHUNKING")
	require.Regexp(t, `mailhost, pipelined +[\d.]+ +[\d.]+x\n`, w.String())
}

func TestRunSaysWhoFailed(t *testing.T) {
	p := racers(&fake{name: "bad", failAt: "send", err: io.ErrUnexpectedEOF})
	p.relays = []relay{voidRelay}
	p.rtts = []time.Duration{0}
	require.ErrorIs(t, p.run(t.Context(), io.Discard), io.ErrUnexpectedEOF)
}

func TestMachine(t *testing.T) {
	var w strings.Builder
	writeMachine(&w)
	require.Regexp(t, `^\d+ cores? \(.+\), go1\.\S+ \w+/\w+\ngo-smtp v\d\S+, go-mail v\d\S+, net/smtp of Go, Postfix .+\n2048 bytes a mail, one recipient; load of the machine before: `, w.String())
}
