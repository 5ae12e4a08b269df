//go:build linux

package crash

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// patient opens the store again where that fails, and says so.
func (c *child) patient(open func(place string) (queue.Store, error)) func(place string) (queue.Store, error) {
	return func(place string) (store queue.Store, err error) {
		err = c.insist("open", func() error {
			store, err = open(place)
			return err
		})
		return store, err
	}
}

// insist does something until it succeeds, and says how it failed.
func (c *child) insist(what string, do func() error) (err error) {
	for range 20 {
		if err = do(); err == nil {
			return nil
		}
		c.say(event{Do: "failed", Text: fmt.Sprintf("%s: %v", what, err)})
	}
	return err
}

// What a script commits.
const scriptCommits, scriptMails = 2, 2

// script commits a few mails one after another, each until it succeeds, and
// returns when they were sent.
func (c *child) script() error {
	var all []*queue.Mail
	for range scriptCommits {
		var mails []*queue.Mail
		for range scriptMails {
			m := newMail(queue.NewID(), 5000, "r@y.example")
			m.Lane = queue.Immediate
			mails = append(mails, m)
		}
		if err := c.commitUntilQueued(mails); err != nil {
			return err
		}
		all = append(all, mails...)
	}
	for _, m := range all {
		if err := c.awaitSent(m.ID); err != nil {
			return err
		}
	}
	return c.queue.Close(context.Background())
}

func (c *child) commitUntilQueued(mails []*queue.Mail) error {
	c.say(event{Do: "offer", Mails: offers(mails)})
	err := c.insist("commit", func() error {
		err := c.queue.Commit(context.Background(), mails...)
		if err != nil {
			c.checkWhole(mails)
		}
		return err
	})
	if err == nil {
		c.say(event{Do: "acknowledge", Mails: offers(mails)})
	}
	return err
}

// checkWhole checks that all of a commit that failed is there, or nothing.
func (c *child) checkWhole(mails []*queue.Mail) {
	there := 0
	for _, m := range mails {
		switch _, err := c.queue.Get(context.Background(), m.ID); {
		case err == nil:
			there++
		case !errors.Is(err, queue.ErrNotFound):
			c.say(event{Do: "wrong", Text: err.Error()})
		}
	}
	if there > 0 && there < len(mails) {
		c.say(event{Do: "wrong", Text: fmt.Sprintf("of a commit that failed %d of %d mails are there", there, len(mails))})
	}
}

func (c *child) awaitSent(id string) error {
	for {
		record, err := c.queue.Get(context.Background(), id)
		if err != nil || record.State == queue.Sent {
			return err
		}
		time.Sleep(10 * time.Millisecond) // between looks
	}
}
