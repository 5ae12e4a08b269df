package main

import (
	"context"
	"fmt"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

func (b *bench) postgresCommitSection() *section {
	s := &section{name: "postgres-commit", title: "PostgreSQL, commits of one mail", figures: []figure{{"commits/s", showCount}}}
	for _, n := range []int{8, 64} {
		s.contend(riverSoon, fmt.Sprintf("%d goroutines", n), func(ctx context.Context, y *system) ([]float64, error) {
			return b.commitTo(ctx, y, n)
		})
	}
	return s
}

// contend adds River and ours, beside it.
func (s *section) contend(river *system, what string, run func(context.Context, *system) ([]float64, error)) {
	for _, y := range []*system{river, queueSystem} {
		s.contenders = append(s.contenders, &contender{
			name: systemRow(y, what), yardstick: systemRow(river, what),
			run: func(ctx context.Context) ([]float64, error) { return run(ctx, y) },
		})
	}
}

func systemRow(s *system, what string) string { return s.name + ", " + what }

// commitTo has n goroutines commit mails for a while.
func (b *bench) commitTo(ctx context.Context, s *system, n int) (figures []float64, err error) {
	err = b.withDatabase(ctx, s, func(url string) error {
		return s.withNodes(ctx, 1, opening{url: url}, func(nodes []node) error {
			start := time.Now()
			total, err := concurrently(n, func() (bool, error) {
				return time.Since(start) < b.commits, nodes[0].Commit(ctx, newMail(queue.Normal, []byte(mailText)))
			})
			figures = []float64{float64(total) / time.Since(start).Seconds()}
			return err
		})
	})
	return figures, err
}
