package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/postgres"
)

// queuePool is how many connections a node of ours has, besides the one that listens.
const queuePool = 10

var queueSystem = &system{
	name:     "queue",
	settings: fmt.Sprintf("the zero queue.Config and host.SMTP, so 4 connections to the relay; %d to the database", queuePool),
	prepare: func(ctx context.Context, url string) error {
		store, err := postgres.Open(ctx, url)
		if err != nil {
			return err
		}
		return store.Close()
	},
	open: openQueueNode,
}

// A queueNode is our queue, with all that it needs.
type queueNode struct {
	*queue.Queue
	pool *pgxpool.Pool
	smtp *host.SMTP
}

func openQueueNode(ctx context.Context, o opening) (node, error) {
	pool, err := openPool(ctx, o.url, queuePool)
	if err != nil {
		return nil, err
	}
	n := &queueNode{pool: pool, smtp: &host.SMTP{Addr: o.relay}}
	var h host.Host
	if o.relay != "" {
		h = &watched{n.smtp, o.see}
	}
	store, err := postgres.New(ctx, pool, postgres.Options{})
	if err != nil {
		pool.Close()
		return nil, err
	}
	n.Queue, err = queue.Open(store, h, queue.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		err = errors.Join(err, store.Close())
		pool.Close()
		return nil, err
	}
	return n, nil
}

func (n *queueNode) Close(ctx context.Context) error {
	err := errors.Join(n.Queue.Close(ctx), n.smtp.Close())
	n.pool.Close()
	return err
}

func openPool(ctx context.Context, url string, size int32) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	config.MaxConns, config.MinConns = size, size
	return pgxpool.NewWithConfig(ctx, config)
}
