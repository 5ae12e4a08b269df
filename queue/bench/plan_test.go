package main

import (
	"flag"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPlanByDefault(t *testing.T) {
	p, err := parsePlan(nil, io.Discard)
	require.NoError(t, err)
	require.Equal(t, sectionNames, p.only)
	require.Equal(t, []int{3, 20_000, 100_000, 1_000_000}, []int{p.rounds, p.mails, p.bulk, p.backlog})
	require.GreaterOrEqual(t, p.samples, 300)
}

func TestPlanChooses(t *testing.T) {
	p, err := parsePlan([]string{"-only", "commit, backlog", "-rounds", "5", "-mails", "7", "-dir", "/d"}, io.Discard)
	require.NoError(t, err)
	require.Equal(t, []string{"commit", "backlog"}, p.only)
	require.Equal(t, []int{5, 7}, []int{p.rounds, p.mails})
	require.Equal(t, "/d", p.dir)
	var names []string
	for _, s := range (&bench{plan: p}).sections() {
		names = append(names, s.name)
	}
	require.Equal(t, p.only, names)
}

func TestPlanChoosesByStore(t *testing.T) {
	for name, want := range map[string][]string{
		"sqlite":          {"commit", "sending", "immediate", "backlog"},
		"postgres":        {"postgres-commit", "postgres-sending", "postgres-immediate"},
		"commit,postgres": {"commit", "postgres-commit", "postgres-sending", "postgres-immediate"},
	} {
		p, err := parsePlan([]string{"-only", name}, io.Discard)
		require.NoError(t, err)
		require.Equal(t, want, p.only, name)
	}
}

func TestUsage(t *testing.T) {
	var usage strings.Builder
	_, err := parsePlan([]string{"-h"}, &usage)
	require.ErrorIs(t, err, flag.ErrHelp)
	for _, words := range []string{"-only", `"commit,sending,immediate,backlog,postgres-commit,postgres-sending,postgres-immediate"`, "(default 3)", "(default 20000)", "-dir"} {
		require.Contains(t, usage.String(), words)
	}
}

func TestPlanRefuses(t *testing.T) {
	tests := []struct {
		args []string
		err  string
	}{
		{[]string{"-only", "postfix"}, `-only: "postfix" is none of commit, sending, immediate, backlog, postgres-commit`},
		{[]string{"-only", "commit,"}, `-only: "" is none of`},
		{[]string{"-rounds", "0"}, "-rounds must be from 1 to 100"},
		{[]string{"-rounds", "101"}, "-rounds must be"},
		{[]string{"-mails", "0"}, "-mails must be from 1 to 1000000"},
		{[]string{"-mails", "many"}, `invalid value "many"`},
		{[]string{"commit"}, `"commit" is no flag`},
		{[]string{"-speed"}, "not defined: -speed"},
	}
	for _, test := range tests {
		t.Run(strings.Join(test.args, " "), func(t *testing.T) {
			_, err := parsePlan(test.args, io.Discard)
			require.ErrorContains(t, err, test.err)
		})
	}
}

func TestRunNeedsItsFolder(t *testing.T) {
	p, err := parsePlan([]string{"-dir", t.TempDir() + "/none"}, io.Discard)
	require.NoError(t, err)
	require.ErrorContains(t, p.run(t.Context(), io.Discard), "no such file")
}
