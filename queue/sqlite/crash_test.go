//go:build linux

package sqlite

import (
	"path/filepath"
	"runtime"
	"testing"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/internal/crash"
)

func init() { crash.Play(openPinned) } // before any test, where this process is a child

func openPlace(path string) (queue.Store, error) {
	s, err := Open(path)
	if err != nil {
		return nil, err // and no interface that holds a nil
	}
	return s, nil
}

// openPinned has one thread do all that is written.
func openPinned(path string) (queue.Store, error) {
	s, err := Open(path)
	if err != nil {
		return nil, err
	}
	return s, s.write(background, func(*writer) error {
		runtime.LockOSThread()
		return nil
	})
}

var crashes = crash.Suite{
	Open:  openPlace,
	Place: func(t *testing.T) string { return filepath.Join(t.TempDir(), "mail.db") },
}

func TestSenderIsKilled(t *testing.T)      { crashes.SenderIsKilled(t) }
func TestSurvivesARandomLoad(t *testing.T) { crashes.SurvivesARandomLoad(t) }

func TestSenderIsStopped(t *testing.T) { crashes.SenderIsStopped(t) }

func TestProcessesShareTheWork(t *testing.T) { crashes.ProcessesShareTheWork(t) }

func TestSurvivesPowerLoss(t *testing.T) {
	crashes.SurvivesPowerLoss(t, func(dir string) string { return filepath.Join(dir, "mail.db") })
}

func TestSurvivesFailingCalls(t *testing.T) { crashes.SurvivesFailingCalls(t) }

func TestDiskIsFull(t *testing.T) {
	crashes.DiskIsFull(t, func(_ *testing.T, dir string) string { return filepath.Join(dir, "mail.db") })
}
