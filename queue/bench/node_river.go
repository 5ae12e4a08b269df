package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// riverName is the name of its rows.
const riverName = "River"

// riverSettings are what River can be told.
type riverSettings struct {
	workers  int
	pool     int32         // connections to the database
	cooldown time.Duration // between fetches of jobs
	poll     time.Duration // where no notification comes
}

// River runs with the settings with which it was the fastest, of many that were
// tried: other ones where it is to be prompt than where it is to send much.
var (
	riverMuch = newRiver("sending", riverSettings{workers: 200, pool: 32, cooldown: 100 * time.Millisecond, poll: time.Second})
	riverSoon = newRiver("commits and immediate mail", riverSettings{workers: 32, pool: 16, cooldown: time.Millisecond, poll: time.Second})
)

func newRiver(purpose string, s riverSettings) *system {
	return &system{
		name:    riverName,
		purpose: purpose,
		settings: fmt.Sprintf("MaxWorkers %d, each with a kept connection of go-smtp's; FetchCooldown %v, FetchPollInterval %v; InsertManyFast; "+
			"completions in batches; %d connections to the database", s.workers, s.cooldown, s.poll, s.pool),
		prepare: migrateRiver,
		open:    s.open,
	}
}

func migrateRiver(ctx context.Context, url string) error {
	pool, err := openPool(ctx, url, 1)
	if err != nil {
		return err
	}
	defer pool.Close()
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// riverMail is a job that sends a mail.
type riverMail struct {
	From string   `json:"from"`
	To   []string `json:"to"`
	Data string   `json:"data"` // as text, which takes less room in JSON
}

func (riverMail) Kind() string { return "mail" }

// A riverNode is a client of River's, with a pool of its own.
type riverNode struct {
	client *river.Client[pgx.Tx]
	pool   *pgxpool.Pool
	kept   chan *smtp.Client // has room for one for each worker
}

func (s riverSettings) open(ctx context.Context, o opening) (node, error) {
	pool, err := openPool(ctx, o.url, s.pool)
	if err != nil {
		return nil, err
	}
	n := &riverNode{pool: pool, kept: make(chan *smtp.Client, s.workers)}
	workers := river.NewWorkers()
	river.AddWorker(workers, river.WorkFunc(func(_ context.Context, job *river.Job[riverMail]) error {
		return n.send(o, &job.Args)
	}))
	config := &river.Config{Workers: workers, Logger: slog.New(slog.DiscardHandler),
		FetchCooldown: s.cooldown, FetchPollInterval: s.poll}
	if o.relay != "" {
		config.Queues = map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: s.workers}}
	}
	if n.client, err = river.NewClient(riverpgxv5.New(pool), config); err == nil && o.relay != "" {
		err = n.client.Start(ctx)
	}
	if err != nil {
		pool.Close()
		return nil, err
	}
	return n, nil
}

// send sends over a connection that is kept, or a new one.
func (n *riverNode) send(o opening, m *riverMail) (err error) {
	var c *smtp.Client
	select {
	case c = <-n.kept:
	default:
		if c, err = smtp.Dial(o.relay); err != nil {
			return err
		}
	}
	report := host.Report{Outcome: host.Delivered, Code: 250}
	if err = c.SendMail(m.From, m.To, strings.NewReader(m.Data)); err != nil {
		report = host.Report{Outcome: host.Transient, Text: err.Error()}
		c.Close()
	} else {
		n.kept <- c
	}
	o.see(&host.Envelope{From: m.From, To: m.To}, report)
	return err
}

// priorities are River's, from 1 to 4, of our lanes.
var priorities = map[queue.Lane]int{queue.Immediate: 1, queue.Normal: 2, queue.Bulk: 4}

func (n *riverNode) Commit(ctx context.Context, mails ...*queue.Mail) error {
	jobs := make([]river.InsertManyParams, len(mails))
	for i, m := range mails {
		jobs[i] = river.InsertManyParams{
			Args:       riverMail{From: m.From, To: m.To, Data: string(m.Data)},
			InsertOpts: &river.InsertOpts{Priority: priorities[m.Lane]},
		}
	}
	_, err := n.client.InsertManyFast(ctx, jobs)
	return err
}

func (n *riverNode) Close(ctx context.Context) (err error) {
	err = n.client.Stop(ctx) // nothing, where it was never started
	close(n.kept)
	for c := range n.kept {
		err = errors.Join(err, c.Quit())
	}
	n.pool.Close()
	return err
}
