package sqlite

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

// These tests run the test binary as another process, which plays a role.
const (
	roleVariable = "MAILHOST_SQLITE_ROLE"
	pathVariable = "MAILHOST_SQLITE_PATH"
)

// playRole is what the other process does: it opens the store and prints ids,
// one to a line.
func playRole(role, path string) int {
	if strings.HasPrefix(role, "transact") {
		fmt.Fprintln(os.Stderr, transactAndDie(path, role == "transact and commit"))
		return 1
	}
	s, err := Open(path)
	if err == nil {
		switch role {
		case "insert":
			err = insertForever(s)
		case "claim":
			err = claimAndPrint(s)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// insertForever prints the ids of what was stored, until it is killed.
func insertForever(s *Store) error {
	counts, err := s.Count(context.Background(), queue.Filter{})
	if err != nil {
		return err
	}
	base := 1_000_000 * (1 + counts[queue.Outgoing]) // past the ids of earlier processes
	failed := make(chan error)
	var print sync.Mutex
	for i := range 4 {
		go func() {
			for n := i; ; n += 4 {
				mails := newMails(base+3*n, base+3*n+3)
				if err := s.Insert(context.Background(), mails); err != nil {
					failed <- err
					return
				}
				print.Lock()
				for _, m := range mails {
					fmt.Println(m.ID)
				}
				print.Unlock()
			}
		}()
	}
	return <-failed
}

func claimAndPrint(s *Store) error {
	claimed, err := claimAll(context.Background(), s, 7)
	fmt.Print(strings.Join(append(claimed, ""), "\n"))
	if err != nil {
		return err
	}
	return s.Close()
}

// start starts another process.
func start(t *testing.T, role, path string) (process *exec.Cmd, output io.Reader) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	process = exec.CommandContext(t.Context(), self)
	process.Env = append(os.Environ(), roleVariable+"="+role, pathVariable+"="+path)
	process.Stderr = os.Stderr
	output, err = process.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, process.Start())
	return process, output
}

// sideBySide runs n processes at once and returns what they print.
func sideBySide(t *testing.T, n int, role, path string) []string {
	t.Helper()
	processes, pipes := make([]*exec.Cmd, n), make([]io.Reader, n)
	for i := range n {
		processes[i], pipes[i] = start(t, role, path)
	}
	outputs := make([]string, n)
	for i, process := range processes {
		text, err := io.ReadAll(pipes[i])
		require.NoError(t, err)
		require.NoError(t, process.Wait())
		outputs[i] = string(text)
	}
	return outputs
}

func TestWhatInsertAcknowledgedSurvivesKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mail.db")
	var acknowledged []string
	for range 3 {
		process, output := start(t, "insert", path)
		lines := bufio.NewReader(output)
		for n := 0; ; n++ {
			line, err := lines.ReadString('\n')
			if err != nil {
				break // what it printed before it was killed has been read
			}
			acknowledged = append(acknowledged, strings.TrimSpace(line))
			if n == 100 {
				require.NoError(t, process.Process.Kill())
			}
		}
		require.ErrorContains(t, process.Wait(), "killed")

		s, err := Open(path)
		require.NoError(t, err)
		for _, id := range acknowledged {
			record, err := s.Get(t.Context(), id)
			require.NoError(t, err, "mail %s was lost", id)
			require.Equal(t, newMail(0).Data, record.Mail.Data)
		}
		require.Zero(t, total(t, s)%3, "a transaction was cut in two")
		require.NoError(t, s.Close())
	}
}

func TestProcessesClaimEachMailOnce(t *testing.T) {
	s, path := openNew(t)
	require.NoError(t, s.Insert(t.Context(), newMails(0, 300)))
	times := map[string]int{}
	for _, output := range sideBySide(t, 3, "claim", path) {
		for _, id := range strings.Fields(output) {
			times[id]++
		}
	}
	require.Len(t, times, 300)
	for id, n := range times {
		require.Equal(t, 1, n, id)
	}
	counts, err := s.Count(t.Context(), queue.Filter{})
	require.NoError(t, err)
	require.Equal(t, map[queue.State]int{queue.Outgoing: 300}, counts)
}

func TestProcessesCreateTheDatabaseAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mail.db")
	for _, output := range sideBySide(t, 4, "claim", path) {
		require.Empty(t, output)
	}
	require.Zero(t, total(t, openAt(t, path)))
}
