//go:build linux

package crash

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// SurvivesFailingCalls makes the N-th system call of some kinds fail, for every N
// until there is none: the error is told, nothing is half there, and what is
// tried again succeeds. Calls are counted by thread, and a store's move from one to
// another now and then: one sweep may miss a kind of work, several hardly do.
func (s Suite) SurvivesFailingCalls(t *testing.T) {
	t.Parallel()
	needStrace(t)
	binary := quick(t)
	for _, calls := range []string{"fsync,fdatasync", "pwrite64"} {
		t.Run(calls, func(t *testing.T) {
			t.Parallel()
			told := map[string]int{}
			for sweep := 0; sweep < maxSweeps && missed(told) != ""; sweep++ {
				n := 1
				for s.failNth(t, binary, calls, n, told) {
					n++
				}
				t.Logf("%d runs; so far these failed: %v", n-1, told)
			}
			require.Empty(t, missed(told), "work that was never made to fail")
		})
	}
}

const maxSweeps = 8

// missed names a kind of work that has not failed yet, or none.
func missed(told map[string]int) string {
	for _, what := range []string{"open", "commit", "claim", "finish"} {
		if told[what] == 0 {
			return what
		}
	}
	return ""
}

func needStrace(t *testing.T) {
	if _, err := exec.LookPath("strace"); err != nil {
		const missing = "this test needs strace: apt-get install strace"
		require.NotEqual(t, "all", os.Getenv("MAILHOST_REQUIRE"), missing)
		t.Skip(missing)
	}
}

// failNth runs a script in which the n-th call fails, and tells whether there was
// one. It counts what the child says to have failed.
func (s Suite) failNth(t *testing.T, binary, calls string, n int, told map[string]int) bool {
	h := &History{}
	place := s.Place(t)
	r := newRelay(t, h)
	trace := filepath.Join(t.TempDir(), "trace")
	child := startBinary(t, h, binary, job{Place: place, Relay: r.Addr, Script: true, Lease: time.Minute, Patience: aWhile},
		"strace", "-f", "--seccomp-bpf", "-qq", "-o", trace, "-e", "trace="+calls, "-e", fmt.Sprintf("inject=%s:error=EIO:when=%d", calls, n))
	child.await(true)
	r.stop()
	v := judge(t, h, s.open(t, place))
	const mails = scriptCommits * scriptMails
	require.Equal(t, Verdict{Offered: mails, Acknowledged: mails, Accepted: mails}, v)
	text, err := os.ReadFile(trace)
	require.NoError(t, err)
	if !bytes.Contains(text, []byte("(INJECTED)")) {
		return false
	}
	for len(child.events) > 0 {
		if e := <-child.events; e.Do == "failed" {
			what, _, _ := strings.Cut(e.Text, ":")
			told[what]++
		}
	}
	told["claim"] += strings.Count(child.stderr.String(), "cannot claim mail")
	told["finish"] += strings.Count(child.stderr.String(), "cannot record outcomes")
	return true
}
