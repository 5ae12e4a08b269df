package queue

import (
	"slices"
	"sync/atomic"
	"time"
)

// stuckAfter is how long a sender has no verdict until it is stuck: its relay
// hangs, or Config.OnOutcome does. (What does not answer hangs; the sender that
// waits for it is stuck; a mailer none of whose mail moves is stalled.)
const stuckAfter = 5 * time.Second

// A crew is the senders at work: up to most of them, of which the last is kept
// for Immediate mail where there are two or more. For each that is stuck another
// may start, a spare, but only for a route of which no sender is stuck and no
// spare is at work: relays that hang may hold all of most, and each holds one spare
// at most. There are up to most spares too, of which the last is kept in the same way.
type crew struct {
	most int
	at   []*sender
}

// A place is what the next sender may do.
type place struct {
	want  Want // without its bounds
	spare bool
}

// places lists those that are free, in the order in which they are to be filled.
func (c *crew) places(now time.Time) []place {
	regular, spares, stuck := 0, 0, 0
	var avoid []string
	for _, s := range c.at {
		isStuck := s.stuckAt(now)
		if s.spare {
			spares++
		} else {
			regular++
		}
		if isStuck {
			stuck++
		}
		if isStuck || s.spare {
			avoid = append(avoid, s.batch.Route)
		}
	}
	var free []place
	if regular < c.most {
		free = append(free, place{want: Want{ImmediateOnly: c.kept(regular)}})
	}
	if moving := len(c.at) - stuck; stuck > 0 && moving < c.most && spares < c.most {
		slices.Sort(avoid)
		free = append(free, place{spare: true, want: Want{
			ImmediateOnly: c.kept(moving) || c.kept(spares),
			Skip:          slices.Compact(avoid),
		}})
	}
	return free
}

// kept tells whether the next after so many is the one for Immediate mail.
func (c *crew) kept(n int) bool { return c.most > 1 && n == c.most-1 }

// nextStuck returns how long until another sender may be stuck, at most most.
func (c *crew) nextStuck(now time.Time, most time.Duration) time.Duration {
	for _, s := range c.at {
		if d := s.moved.time().Add(stuckAfter).Sub(now); d > 0 {
			most = min(most, d)
		}
	}
	return most
}

func (c *crew) remove(s *sender) {
	c.at = slices.DeleteFunc(c.at, func(other *sender) bool { return other == s })
}

// An instant is a time that is set and read side by side.
type instant struct{ atomic.Pointer[time.Time] }

func (i *instant) now() {
	now := time.Now()
	i.Store(&now)
}

func (i *instant) time() time.Time { return *i.Load() }

// stuckAt tells whether the sender has had no verdict for a while.
func (s *sender) stuckAt(now time.Time) bool { return now.Sub(s.moved.time()) >= stuckAfter }
