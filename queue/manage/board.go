package manage

import (
	"context"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// boardAge is for how long what the store said serves all viewers.
const boardAge = 2 * time.Second

// A board keeps the queue's Stats, so that a hundred viewers ask the store no more
// often than one.
type board struct {
	queue *queue.Queue
	turn  chan struct{} // holds one value; who takes it may use what follows
	stats *queue.Stats
	err   error
	at    time.Time // when it answered; zero: what is kept is out of date
}

func newBoard(q *queue.Queue) *board {
	b := &board{queue: q, turn: make(chan struct{}, 1)}
	b.turn <- struct{}{}
	return b
}

// read returns Stats that are no older than boardAge, but for their Now, which is the
// store's clock at this moment.
func (b *board) read(ctx context.Context) (*queue.Stats, error) {
	select {
	case <-b.turn:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { b.turn <- struct{}{} }()
	if b.at.IsZero() || time.Since(b.at) >= boardAge {
		// Others wait for this answer: who goes away does not take it from them.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		b.stats, b.err = b.queue.Stats(ctx)
		b.at = time.Now()
	}
	if b.err != nil {
		return nil, b.err
	}
	stats := *b.stats
	stats.Now = stats.Now.Add(time.Since(b.at))
	return &stats, nil
}

// outdate makes the next read ask the store: something was changed.
func (b *board) outdate(ctx context.Context) {
	select {
	case <-b.turn:
		b.at = time.Time{}
		b.turn <- struct{}{}
	case <-ctx.Done():
	}
}
