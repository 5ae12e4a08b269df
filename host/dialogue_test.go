package host

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// TestDialogues plays the scripts in testdata, in each mode that they are for: what
// each mail's outcome is, which bytes the client sends, and how it leaves each
// connection.
func TestDialogues(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		for _, s := range readScripts(t, file) {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txt")+"/"+s.mode.String(), func(t *testing.T) {
				t.Parallel()
				if s.timed {
					synctest.Test(t, func(t *testing.T) { playScript(t, s, pipes(len(s.conns))) })
				} else {
					playScript(t, s, sockets(t, len(s.conns)))
				}
			})
		}
	}
}

func playScript(t *testing.T, s *script, w *wire) {
	played := make(chan error, 1)
	go func() {
		err := playAll(s, w)
		w.stop()
		played <- err
	}()
	h := s.smtp(t, w)
	open := countConns(h)
	began := time.Now()
	var got []string
	for i, batch := range s.batches {
		if s.timed {
			time.Sleep(s.pauses[i]) // in a bubble of testing/synctest
		}
		for _, reports := range send(t, h, t.Context(), batch...) {
			got = append(got, summary(t, reports))
		}
	}
	require.NoError(t, h.Close())
	require.Zero(t, open.Load(), "connections left open")
	w.stop()
	require.NoError(t, <-played, "outcomes: %q", got)
	require.Equal(t, s.want, got)
	require.True(t, s.timed || time.Since(began) < aWhile, "it waited for what cannot come")
}

func playAll(s *script, w *wire) error {
	for i, steps := range s.conns {
		conn, err := w.accept()
		if err == nil {
			err = play(s.mode, conn, <-w.left, steps)
		}
		if err != nil {
			return fmt.Errorf("connection %d: %w", i+1, err)
		}
	}
	return nil
}

// summary is what a script EXPECTs.
func summary(t *testing.T, reports []Report) string {
	words := make([]string, len(reports))
	for i, r := range reports {
		words[i] = r.Outcome.String()
		if r.Code != 0 {
			words[i] += fmt.Sprintf("/%d", r.Code)
		}
		if r.Alarm {
			words[i] += "!"
		}
		if r.AtMail {
			words[i] += "@"
		}
		require.LessOrEqual(t, len(r.Text), maxText)
		require.True(t, r.Text != "" || r.Code != 0, "says nothing")
	}
	return strings.Join(words, " ")
}

// TestMain plays the process that is killed (see playSender), and sees to it that no session is left when all tests have ended.
func TestMain(m *testing.M) {
	if addr := os.Getenv(senderEnv); addr != "" {
		playSender(addr)
		return
	}
	certificates() // outside of bubbles, where the year is 2000
	code := m.Run()
	if left := sessionsLeft(); code == 0 && left != "" {
		fmt.Fprintf(os.Stderr, "sessions are left:\n%s", left)
		code = 1
	}
	os.Exit(code)
}

// sessionsLeft returns the stacks of goroutines that still work for a session.
func sessionsLeft() string {
	var left []string
	for end := time.Now().Add(aWhile); time.Now().Before(end); runtime.Gosched() {
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		left = left[:0]
		for stack := range strings.SplitSeq(string(stacks), "\n\n") {
			if strings.Contains(stack, "host.(*session)") {
				left = append(left, stack)
			}
		}
		if len(left) == 0 {
			return ""
		}
	}
	return strings.Join(left, "\n\n")
}
