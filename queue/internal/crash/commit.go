//go:build linux

package crash

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

func (c *child) commitBacklog() error {
	for left := c.Backlog; left > 0; {
		var mails []*queue.Mail
		for range min(left, 20) { // of which an event has room to tell in one write
			mails = append(mails, newMail(queue.NewID(), 0, fmt.Sprintf("r%d@y.example", left)))
			left--
		}
		c.say(event{Do: "offer", Mails: offers(mails)})
		if err := c.queue.Commit(context.Background(), mails...); err != nil {
			return err
		}
		c.say(event{Do: "acknowledge", Mails: offers(mails)})
	}
	return nil
}

func (c *child) commitForever(random *rand.Rand) {
	for {
		c.commit(random)
		time.Sleep(time.Duration(random.Int64N(int64(c.Pace) + 1))) // between people
	}
}

// commit commits some mails. One commit in ten has a mail among them that cannot
// be queued, one has a context that ends soon; most commits that failed are
// repeated.
func (c *child) commit(random *rand.Rand) {
	mails := newMails(random, c.Size)
	good := offers(mails)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	spoiled := false
	switch random.IntN(10) {
	case 0:
		spoiled = true
		mails = append(mails, &queue.Mail{})
	case 1:
		ctx, cancel = context.WithTimeout(ctx, time.Duration(random.Int64N(int64(5*time.Millisecond))))
		defer cancel()
	}
	c.say(event{Do: "offer", Mails: good})
	err := c.queue.Commit(ctx, mails...)
	switch {
	case spoiled && err == nil:
		c.say(event{Do: "wrong", Text: "a mail without a recipient was committed"})
	case spoiled:
		c.say(event{Do: "refuse", Mails: good})
	case err == nil:
		c.say(event{Do: "acknowledge", Mails: good})
	case random.IntN(4) > 0 && c.queue.Commit(context.Background(), mails...) == nil:
		c.say(event{Do: "acknowledge", Mails: good})
	}
}
