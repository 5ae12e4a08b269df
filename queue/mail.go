package queue

import (
	"fmt"
	"time"

	"github.com/go-mailhost/mailhost/host"
)

// A Mail is one message with its envelope and how it should be queued.
type Mail struct {
	host.Envelope                   // ID is set by Commit, unless NewID gave it one before
	Lane          Lane              // Normal, Immediate or Bulk
	NotBefore     time.Time         // not sent before; zero: now, or for Bulk now plus Config.Defer
	Expires       time.Time         // not sent after; zero: NotBefore plus Config.Lifetime
	Key           string            // idempotency: a second mail with the same key and recipients is dropped
	Once          bool              // at most once: never sent again when an outcome is uncertain
	Subject       string            // for lists
	Meta          map[string]string // the application's own: order=7
	Duplicate     bool              // set by Commit: dropped because of Key
	Transaction   string            // set by Commit where it commits several mails: the same for all of them, the ID of the first

	committed bool // a second Commit would be taken for a repeated one, and the mail lost
}

// A Lane orders mail that is due: all that is due in one lane goes before the next.
type Lane uint8

const (
	Normal    Lane = iota // leaves at the next tick, or whenever the mailer is awake
	Immediate             // wakes the mailer
	Bulk                  // after everything else
)

var laneNames = [...]string{"normal", "immediate", "bulk"}

// String returns the lane's name in lower case.
func (l Lane) String() string {
	if int(l) < len(laneNames) {
		return laneNames[l]
	}
	return fmt.Sprintf("lane(%d)", uint8(l))
}

// Lanes lists the lanes in the order in which they are served.
var Lanes = [...]Lane{Immediate, Normal, Bulk}
