package postgres

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// notifyEvery is how often a node tells the others, at most: a notification takes
// a lock at its commit that all notifications of all databases share.
const notifyEvery = 100 * time.Millisecond

// signals is what a store knows of telling others, and of being told.
type signals struct {
	wanted chan struct{} // of capacity 1: others are to be told
	listen sync.Once
	heard  chan struct{} // of capacity 1: another node has told
}

// wake has the other nodes told, soon, where there is mail that they should not
// sleep on.
func (s *Store) wake(mails []*queue.Mail) {
	if s.wakes(mails) {
		ring(s.signals.wanted)
	}
}

func (s *Store) wakes(mails []*queue.Mail) bool {
	now := s.now()
	return slices.ContainsFunc(mails, func(m *queue.Mail) bool {
		return m.Lane == queue.Immediate && !m.Duplicate && !m.NotBefore.After(now)
	})
}

func ring(bell chan struct{}) {
	select {
	case bell <- struct{}{}:
	default:
	}
}

// notify tells the other nodes when it is wanted, on a connection of its own, so
// that no commit waits for the lock that notifications take. One that is lost
// does not matter: the others look at their tick.
func (s *Store) notify() {
	for {
		select {
		case <-s.closed.Done():
			s.notifyLast()
			return
		case <-s.signals.wanted:
		}
		if s.tell(s.closed, 5*time.Second) != nil && s.closed.Err() != nil {
			ring(s.signals.wanted) // for notifyLast
		}
		pause(s.closed, notifyEvery)
	}
}

// notifyLast tells what was wanted right before the store was closed, as by a
// program that does one thing and ends.
func (s *Store) notifyLast() {
	select {
	case <-s.signals.wanted:
		_ = s.tell(context.Background(), time.Second)
	default:
	}
}

func (s *Store) tell(ctx context.Context, most time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	_, err := s.pool.Exec(ctx, "SELECT pg_notify($1, $2)", describe, s.channel(), s.name())
	return err
}

// channel is where the nodes of a schema hear of one another.
func (s *Store) channel() string { return "mailhost " + s.options.Schema }

// name tells this node's notifications from others'.
func (s *Store) name() string { return fmt.Sprintf("%016x", uint64(s.node)) }
