//go:build linux

package crash

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// variable makes the test binary a child, which does the job in it.
const variable = "MAILHOST_CRASH_CHILD"

// A job is what a child does: it commits, sends where it has a relay, and says on
// its standard output what became of its commits. It ends when it is killed, when
// its standard input ends, or when it has drained the queue.
type job struct {
	Place      string // of the store
	Relay      string // "": it sends nothing
	Backlog    int    // small mails that it commits first
	Committers int    // that commit side by side until the child ends
	Pace       time.Duration
	Size       int    // of a mail, about
	Seed       uint64 // of what is committed
	Script     bool   // commits a few mails and ends well when they are sent
	Drain      bool   // ends well when nothing is to be sent any more
	Lease      time.Duration
	Patience   time.Duration // with a relay that says nothing

	Point string // at which it kills itself, or ""
	Nth   int    // when it comes there the n-th time

	Limit time.Duration // of its life
}

// An event is what a child says.
type event struct {
	Do    string  // offer, acknowledge, refuse, finish, claimed, failed or wrong
	Mails []Offer `json:",omitempty"`
	N     int     `json:",omitempty"`
	// Missed is how many leases of a finish were lost.
	Missed int    `json:",omitempty"`
	Text   string `json:",omitempty"`
}

// A child does a job.
type child struct {
	job
	store *doomed
	queue *queue.Queue
	mu    sync.Mutex // of standard output
}

// Play does a child's job and ends the process where it is a child, and returns
// where it is not. open opens the store under test at a place.
func Play(open func(place string) (queue.Store, error)) {
	text := os.Getenv(variable)
	if text == "" {
		return
	}
	var c child
	err := json.Unmarshal([]byte(text), &c.job)
	if err == nil {
		err = c.play(open)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "crash: the child failed:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func (c *child) play(open func(place string) (queue.Store, error)) error {
	time.AfterFunc(c.Limit, func() { os.Exit(3) })
	go func() { // the parent has ended
		io.Copy(io.Discard, os.Stdin)
		os.Exit(4)
	}()
	if c.Script {
		open = c.patient(open)
	}
	store, err := open(c.Place)
	if err != nil {
		return err
	}
	c.store = &doomed{Store: store, point: c.Point, nth: c.Nth, say: c.say}
	var h host.Host // nil, and not an interface that holds a nil
	if c.Relay != "" {
		h = c.smtp()
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	if c.queue, err = queue.Open(c.store, h, config(c.Lease, log)); err != nil {
		return err
	}
	if err := c.commitBacklog(); err != nil {
		return err
	}
	for n := range c.Committers {
		go c.commitForever(rand.New(rand.NewPCG(c.Seed, uint64(n))))
	}
	switch {
	case c.Script:
		return c.script()
	case c.Drain:
		return c.drain()
	case c.Relay == "" && c.Committers == 0:
		return c.queue.Close(context.Background())
	}
	select {}
}

// config is a queue's that does everything soon.
func config(lease time.Duration, log *slog.Logger) queue.Config {
	return queue.Config{
		Interval: 100 * time.Millisecond,
		Defer:    50 * time.Millisecond,
		Lease:    lease,
		RetryMin: 100 * time.Millisecond,
		RetryMax: time.Second,
		Logger:   log,
	}
}

func (c *child) smtp() *host.SMTP {
	p := c.Patience
	return &host.SMTP{Addr: c.Relay, LocalName: "client.example", Timeouts: host.Timeouts{
		Dial: p, Greeting: p, Command: p, Data: p, Block: p, Verdict: p, Check: p, Quit: p / 10,
	}}
}

// say tells the parent something, in one write, so that a child that is killed
// says all of it or nothing that can be read.
func (c *child) say(e event) {
	line, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	os.Stdout.Write(append(line, '\n'))
}

// drain returns when no mail is to be sent any more.
func (c *child) drain() error {
	for {
		counts, err := c.queue.Count(context.Background(), queue.Filter{})
		if err != nil {
			return err
		}
		if counts[queue.Outgoing]+counts[queue.Deferred] == 0 {
			break
		}
		time.Sleep(50 * time.Millisecond) // between looks
	}
	c.say(event{Do: "claimed", N: int(c.store.claimed.Load())})
	return c.queue.Close(context.Background())
}
