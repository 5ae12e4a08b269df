package postgres

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	pingEvery   = 15 * time.Second // of silence
	pingTimeout = 5 * time.Second
	firstRetry  = time.Second
	lastRetry   = time.Minute
)

// Signals makes the store a [queue.Signaller]: the channel, of capacity 1, gets a
// value when another node has committed mail in the lane Immediate, or has made
// mail due that was not. Some are lost, while the server cannot be reached or where
// a PgBouncer is in between. The first call starts the connection that listens;
// Close ends it, and leaves the channel open.
func (s *Store) Signals() <-chan struct{} {
	s.signals.listen.Do(func() {
		if s.closed.Err() == nil {
			s.work.Go(s.listen)
		}
	})
	return s.signals.heard
}

// listen keeps a connection that listens, and makes a new one when it is lost,
// after a while that doubles as long as that fails.
func (s *Store) listen() {
	wait := firstRetry
	for s.closed.Err() == nil {
		if s.listenOnce() {
			wait = firstRetry
		}
		pause(s.closed, wait)
		wait = min(2*wait, lastRetry)
	}
}

// listenOnce returns when the connection is of no more use, and tells whether it
// ever was.
func (s *Store) listenOnce() bool {
	conn, err := s.connectListener()
	if err != nil {
		return false
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), pingTimeout)
		defer cancel()
		_ = conn.Close(ctx)
	}()
	if err := s.within(pingTimeout, func(ctx context.Context) error { return s.subscribe(ctx, conn) }); err != nil {
		return false
	}
	// What was told while nobody listened is not known.
	ring(s.signals.heard)
	for s.hear(conn) == nil {
	}
	return true
}

func (s *Store) within(d time.Duration, do func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(s.closed, d)
	defer cancel()
	return do(ctx)
}

func (s *Store) connectListener() (conn *pgx.Conn, err error) {
	config := s.pool.Config().ConnConfig
	if s.options.Listen != "" {
		if config, err = pgx.ParseConfig(s.options.Listen); err != nil {
			return nil, err
		}
	}
	err = s.within(pingTimeout, func(ctx context.Context) error {
		conn, err = pgx.ConnectConfig(ctx, config)
		return err
	})
	return conn, err
}

// checking begins the notification by which a node checks that it hears.
const checking = "check "

// subscribe listens, and checks that it hears: a PgBouncer in transaction mode
// takes LISTEN for one transaction and says nothing.
func (s *Store) subscribe(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "LISTEN "+pgx.Identifier{s.channel()}.Sanitize(), pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return err
	}
	check := checking + s.name()
	if _, err = s.pool.Exec(ctx, "SELECT pg_notify($1, $2)", describe, s.channel(), check); err != nil {
		return err
	}
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil || n.Payload == check {
			return err
		}
	}
}

// hear waits for the next notification. When none has come for a while it checks
// that the connection is alive.
func (s *Store) hear(conn *pgx.Conn) error {
	err := s.within(pingEvery, func(ctx context.Context) error {
		n, err := conn.WaitForNotification(ctx)
		if err == nil && n.Payload != s.name() && !strings.HasPrefix(n.Payload, checking) {
			ring(s.signals.heard)
		}
		return err
	})
	if errors.Is(err, context.DeadlineExceeded) && s.closed.Err() == nil {
		err = s.within(pingTimeout, conn.Ping)
	}
	return err
}
