package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

func (b *bench) sendingSection() *section {
	s := &section{
		name:    "sending",
		title:   fmt.Sprintf("from Commit to 250, %d mails", b.mails),
		figures: []figure{{"mails/s", showCount}},
	}
	if hasPostfix() {
		s.yardstick = postfix
		s.contenders = append(s.contenders, &contender{name: postfix, run: func(ctx context.Context) ([]float64, error) {
			return b.sendThroughPostfix(ctx, (b.mails+3)/4)
		}})
	}
	for _, r := range relays() {
		s.contenders = append(s.contenders, &contender{name: queueTo(r.name), run: func(ctx context.Context) ([]float64, error) {
			return b.sendTo(ctx, r)
		}})
	}
	return s
}

const postfix = "Postfix, a quarter of them"

func queueTo(relay string) string { return "queue, to " + relay }

// clients is how many hand in mail at the same time.
const clients = 64

// sendTo has clients commit mails and returns how many a second were accepted
// by the relay.
func (b *bench) sendTo(ctx context.Context, r relay) (figures []float64, err error) {
	err = b.within(func(dir string) error {
		server, err := r.start(nil)
		if err != nil {
			return err
		}
		defer server.stop()
		log, err := os.Create(filepath.Join(dir, "log"))
		if err != nil {
			return err
		}
		defer log.Close()
		smtp := &host.SMTP{Addr: server.addr}
		tally := newTally(b.mails)
		start := time.Now()
		err = withQueue(filepath.Join(dir, "mail.db"), &watched{smtp, tally.add},
			queue.Config{Logger: slog.New(slog.NewTextHandler(log, nil))}, func(q *queue.Queue) error {
				start = time.Now()
				if err := b.commitAll(ctx, q); err != nil {
					return err
				}
				return tally.wait(ctx)
			})
		figures = []float64{float64(b.mails) / tally.last.Sub(start).Seconds()}
		return errors.Join(err, smtp.Close())
	})
	return figures, err
}

// commitAll has clients commit the mails, to one after the other.
func (b *bench) commitAll(ctx context.Context, to ...node) error {
	var next atomic.Int64
	next.Store(int64(min(clients, b.mails)))
	_, err := concurrently(min(clients, b.mails), func() (bool, error) {
		n := next.Add(1)
		err := to[int(n)%len(to)].Commit(ctx, newMail(queue.Immediate, []byte(mailText)))
		return n <= int64(b.mails), err
	})
	return err
}

// watched is a host whose reports somebody sees before the queue does.
type watched struct {
	host.Host
	see func(*host.Envelope, host.Report)
}

func (w *watched) Send(ctx context.Context, batch []*host.Envelope, done func(int, []host.Report)) {
	w.Host.Send(ctx, batch, func(i int, reports []host.Report) {
		w.see(batch[i], reports[0])
		done(i, reports)
	})
}
