package main

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

func (b *bench) commitSection() *section {
	s := &section{
		name:       "commit",
		title:      "commits of one mail",
		figures:    []figure{{"commits/s", showCount}},
		yardstick:  plainSQLite,
		contenders: []*contender{{name: plainSQLite, run: b.insertPlainly}},
	}
	for _, n := range []int{1, 8, 64} {
		s.contenders = append(s.contenders, &contender{name: goroutines(n), run: func(ctx context.Context) ([]float64, error) {
			return b.commitBy(ctx, n)
		}})
	}
	return s
}

func goroutines(n int) string {
	if n == 1 {
		return "queue.Commit, 1 goroutine"
	}
	return fmt.Sprintf("queue.Commit, %d goroutines", n)
}

// commitBy has n goroutines commit mails for a while.
func (b *bench) commitBy(ctx context.Context, n int) (figures []float64, err error) {
	err = b.within(func(dir string) error {
		return withQueue(filepath.Join(dir, "mail.db"), nil, queue.Config{}, func(q *queue.Queue) error {
			start := time.Now()
			total, err := concurrently(n, func() (bool, error) {
				return time.Since(start) < b.commits, q.Commit(ctx, newMail(queue.Normal, []byte(mailText)))
			})
			figures = []float64{float64(total) / time.Since(start).Seconds()}
			return err
		})
	})
	return figures, err
}

// concurrently has n goroutines call do until it returns false or an error, and
// returns how many calls were without one.
func concurrently(n int, do func() (more bool, err error)) (total int64, err error) {
	var (
		calls atomic.Int64
		once  sync.Once
		all   sync.WaitGroup
	)
	for range n {
		all.Go(func() {
			for {
				more, failed := do()
				if failed != nil {
					once.Do(func() { err = failed })
					return
				}
				calls.Add(1)
				if !more {
					return
				}
			}
		})
	}
	all.Wait()
	return calls.Load(), err
}
