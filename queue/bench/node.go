package main

import (
	"context"
	"errors"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// A system keeps mail in a PostgreSQL database and sends it.
type system struct {
	name     string
	purpose  string // of its settings, where there are others; for the table's head
	settings string
	prepare  func(ctx context.Context, url string) error
	open     func(ctx context.Context, o opening) (node, error)
}

// An opening says how to open a node.
type opening struct {
	url   string                            // of the database
	relay string                            // to send to; "" to send nothing
	see   func(*host.Envelope, host.Report) // is told what the relay said of each mail
}

// A node is what one process of an application has: it commits mail, and sends what
// any has committed.
type node interface {
	Commit(ctx context.Context, mails ...*queue.Mail) error
	Close(ctx context.Context) error
}

// withNodes opens n nodes for as long as do runs.
func (s *system) withNodes(ctx context.Context, n int, o opening, do func([]node) error) (err error) {
	var nodes []node
	defer func() {
		for _, n := range nodes {
			err = errors.Join(err, n.Close(context.WithoutCancel(ctx)))
		}
	}()
	for range n {
		one, err := s.open(ctx, o)
		if err != nil {
			return err
		}
		nodes = append(nodes, one)
	}
	return do(nodes)
}

// fill has the system queue n mails of the lane, in large commits.
func (s *system) fill(ctx context.Context, url string, n int, lane queue.Lane) error {
	return s.withNodes(ctx, 1, opening{url: url}, func(nodes []node) error {
		return commitMany(ctx, nodes[0], n, lane, []byte(mailText))
	})
}

// A committer queues mail.
type committer interface {
	Commit(ctx context.Context, mails ...*queue.Mail) error
}

func commitMany(ctx context.Context, c committer, n int, lane queue.Lane, data []byte) error {
	for n > 0 {
		mails := make([]*queue.Mail, min(n, 2000))
		for i := range mails {
			mails[i] = newMail(lane, data)
		}
		if err := c.Commit(ctx, mails...); err != nil {
			return err
		}
		n -= len(mails)
	}
	return nil
}
