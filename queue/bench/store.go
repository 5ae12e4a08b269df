package main

import (
	"context"
	"errors"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/sqlite"
)

// withQueue opens the store at path, and a queue on it, for as long as do runs.
func withQueue(path string, h host.Host, cfg queue.Config, do func(*queue.Queue) error) error {
	store, err := sqlite.Open(path)
	if err != nil {
		return err
	}
	q, err := queue.Open(store, h, cfg)
	if err != nil {
		return errors.Join(err, store.Close())
	}
	return errors.Join(do(q), q.Close(context.Background()))
}

// fill queues n mails of the lane, in large commits.
func fill(ctx context.Context, path string, n int, lane queue.Lane, data []byte) error {
	return withQueue(path, nil, queue.Config{}, func(q *queue.Queue) error {
		return commitMany(ctx, q, n, lane, data)
	})
}
