package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestMain is what the command is where the backlog has started it.
func TestMain(m *testing.M) {
	if path := os.Getenv(backlogFile); path != "" {
		if err := visitBacklog(context.Background(), path, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// needPostfix says whether a test must go without, and skips or fails where it
// must not.
func needPostfix(t *testing.T) {
	if hasPostfix() {
		return
	}
	const missing = "this test needs Postfix, and root to start it: apt-get install postfix"
	require.NotEqual(t, "all", os.Getenv("MAILHOST_REQUIRE"), missing)
	t.Skip(missing)
}

// small is a plan of few mails.
func small(t *testing.T, only ...string) *plan {
	dir, err := os.MkdirTemp("", "bench") // into which Postfix can look, other than t.TempDir
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o755))
	p := &plan{only: only, rounds: 1, mails: 130, dir: dir, log: t.Output(),
		commits: 10 * time.Millisecond, samples: 3, bulk: 1500, backlog: 2000,
		server: append(slices.Clip(postgresSettings), "fsync=off")}
	require.NoError(t, p.check())
	return p
}

func runs(t *testing.T, p *plan) string {
	var w strings.Builder
	require.NoError(t, p.run(t.Context(), &w))
	left, err := os.ReadDir(p.dir)
	require.NoError(t, err)
	require.Empty(t, left, "what was written is gone")
	return w.String()
}

func TestCommits(t *testing.T) {
	text := runs(t, small(t, "commit"))
	for _, who := range []string{plainSQLite, goroutines(1), goroutines(8), goroutines(64)} {
		require.Regexp(t, "\n"+who+` +[1-9]\d* +[\d.]+x\n`, text)
	}
	require.Regexp(t, `cores \(.+\), go1.+\nmodernc.org/sqlite v.+, Postfix .+\n2048 bytes a mail`, text)
	require.Regexp(t, "goroutines, to plain.*(reached|missed)\n", text)
}

func TestSending(t *testing.T) {
	p := small(t)
	for _, r := range relays() {
		figures, err := (&bench{plan: p, dir: p.dir}).sendTo(t.Context(), r)
		require.NoError(t, err, r.name)
		require.Positive(t, figures[0], r.name)
	}
}

func TestSendingThroughPostfix(t *testing.T) {
	needPostfix(t)
	text := runs(t, small(t, "sending"))
	require.Regexp(t, "\n"+postfix+` +[1-9]\d* +1.00x\n`, text)
	require.Regexp(t, "\n"+queueTo("smtp-sink")+` +[1-9]\d* +[\d.]+x\n`, text)
}

func TestImmediate(t *testing.T) {
	text := runs(t, small(t, "immediate"))
	for _, row := range []string{idle + ` .*ms +0`, underBulk + ` .*ms +[1-9]\d*`} {
		require.Regexp(t, "\n"+row+"\n", text)
	}
}

func TestImmediateNeedsBulkToLast(t *testing.T) {
	p := small(t, "immediate")
	p.samples = 1000
	_, err := (&bench{plan: p, dir: p.dir}).hurry(t.Context(), hosttestRelay, 1)
	require.ErrorContains(t, err, "the bulk was sent after")
}

func TestBacklog(t *testing.T) {
	text := runs(t, small(t, "backlog"))
	require.Regexp(t, "2000 mails in the store.*\n"+freshProcess+`( +[\d.]+ ms){3} +[1-9][\d.]* MB`, text)
}

func TestBacklogThatIsTooSmall(t *testing.T) {
	p := small(t, "backlog")
	p.backlog = 1999
	require.ErrorContains(t, p.run(t.Context(), t.Output()), "a claim took less than 100 mails")
}
