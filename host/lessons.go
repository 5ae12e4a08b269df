package host

import (
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// The lessons are what a relay has taught about the mails that it takes over one
// connection, and at a time. Such limits need not be announced: relays end the
// connection, or refuse MAIL, after so many.
type lessons struct {
	window atomic.Int32 // mails that may be in flight, 0: any number
	well   atomic.Int32 // those that were delivered since it has last grown

	mu   sync.Mutex
	most int       // 0: nothing yet
	when time.Time // it was learnt
	seen int       // what the last connection ended at, without a word about the reason
}

// forgetAfter is how long a lesson lasts. The relay may be another by then, or
// have had a bad day.
const forgetAfter = time.Hour

// learn takes note that the relay took no more after so many mails. What it does
// not explain counts when it happens twice at the same number.
func (l *lessons) learn(carried int, words string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if carried == l.seen || aboutCount(words) {
		l.most, l.when = carried, time.Now()
	}
	l.seen = carried
}

// aboutCount returns whether the words are about the number of mails, as those
// of Exim ("too many messages in this connection"), Amazon SES ("maximum message
// count per session reached") and OpenSMTPD ("too many mails") are.
func aboutCount(words string) bool {
	words = strings.ToLower(words)
	return (strings.Contains(words, "message") || strings.Contains(words, "mails")) &&
		(strings.Contains(words, "too many") || strings.Contains(words, "maximum") || strings.Contains(words, "limit"))
}

// limit returns how many mails to send over one connection, 0 for any number.
func (l *lessons) limit() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.most > 0 && time.Since(l.when) > forgetAfter {
		l.most, l.seen = 0, 0
	}
	return l.most
}

// crowded takes note that a connection ended with so many mails in flight, which
// leaves it open what became of them: half of them may be next time.
func (l *lessons) crowded(flying int) { l.window.Store(int32(max(1, flying/2))) }

// delivered takes note of a mail that was: after a whole window of them, one more
// may be in flight.
func (l *lessons) delivered() {
	window := l.window.Load()
	if window == 0 || l.well.Add(1) < window {
		return
	}
	l.well.Store(0)
	l.window.Store((window + 1) % maxWindow)
}

// fly returns how many mails may be in flight, of those that a session allows.
func (l *lessons) fly(window int) int {
	if most := int(l.window.Load()); most > 0 {
		return min(window, most)
	}
	return window
}
