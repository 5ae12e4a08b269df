//go:build linux

package crash

import (
	"context"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// The points at which a doomed store's process dies, by kill -9.
const (
	beforeCommit = "before the commit"
	afterCommit  = "after the commit"
	beforeClaim  = "before a claim"
	afterClaim   = "after a claim"
	beforeFinish = "before the finish"
	afterFinish  = "after the finish"
)

// A doomed store kills its process when a point is reached the n-th time. It says
// what it finished.
type doomed struct {
	queue.Store
	point   string
	nth     int
	say     func(event)
	passed  atomic.Int64 // the point
	stored  atomic.Int64 // Inserts that succeeded
	claimed atomic.Int64 // mails
}

func (s *doomed) pass(point string) {
	if point == s.point && s.passed.Add(1) == int64(s.nth) {
		syscall.Kill(syscall.Getpid(), syscall.SIGKILL)
		select {}
	}
}

func (s *doomed) Insert(ctx context.Context, mails []*queue.Mail) error {
	s.pass(beforeCommit)
	err := s.Store.Insert(ctx, mails)
	if err == nil {
		s.stored.Add(1)
		s.pass(afterCommit)
	}
	return err
}

func (s *doomed) Claim(ctx context.Context, want queue.Want) (*queue.Batch, time.Duration, error) {
	if s.stored.Load() > 0 { // there is something to claim
		s.pass(beforeClaim)
	}
	batch, wait, err := s.Store.Claim(ctx, want)
	if err == nil && batch != nil {
		s.claimed.Add(int64(len(batch.Mails)))
		s.pass(afterClaim)
	}
	return batch, wait, err
}

func (s *doomed) Finish(ctx context.Context, finishes []queue.Finish) (int, error) {
	s.pass(beforeFinish)
	n, err := s.Store.Finish(ctx, finishes)
	if err == nil {
		s.pass(afterFinish)
		s.say(event{Do: "finish", N: n, Missed: len(finishes) - n})
	}
	return n, err
}
