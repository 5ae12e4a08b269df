package queue

import (
	"context"
	"errors"
	"time"

	"github.com/go-mailhost/mailhost/host"
)

// ErrNotFound is returned by Get for an id that no mail has.
var ErrNotFound = errors.New("queue: no such mail")

// A Store keeps mail durably. Package queue/storetest holds the conformance
// suite that every store passes. Implementations are safe for concurrent use,
// by several processes where the medium allows it.
//
// All times are by the store's own clock; callers pass durations, so that the
// clocks of several nodes may differ. Only a Mail's NotBefore and Expires are
// instants, of the clock of the process that calls Insert: a store whose clock is
// another machine's moves them by the difference.
type Store interface {
	// Insert stores the mails, all of them or none, and returns when they are
	// durable. Each has its ID, NotBefore and Expires set. A mail whose Key and
	// recipients are those of a stored one is not stored; its Duplicate is set
	// (Mail.Identity says when two are the same). A mail whose ID is already
	// stored is left as it is, so that an Insert whose answer was lost can be
	// repeated. A mail that is not Storable is an error.
	Insert(ctx context.Context, mails []*Mail) error

	// Claim takes leases on mail that is due: one batch of one route, the
	// highest lane first, within a lane the earliest due first. A route that is
	// down is skipped until its probe is due; then one mail is claimed as the
	// probe, and no other probe is due until that lease would have lapsed. A
	// mail that is to go alone makes a batch of one.
	//
	// A lease that lapsed is claimed again with Claimed.Lapsed set; the Claim
	// counts its attempt and its doubt. Where nothing is due, Claim returns a
	// nil batch, and the time until something will be (negative: nothing is
	// waiting).
	Claim(ctx context.Context, want Want) (batch *Batch, wait time.Duration, err error)

	// Extend prolongs leases to d from now, and with its probe's lease the time
	// until a route's next probe. Leases that were lost are passed over: those
	// that another Claim took, and those that were finished.
	Extend(ctx context.Context, leases []Lease, d time.Duration) error

	// Finish records what became of claimed mails and ends their leases. It
	// changes nothing of a mail that is claimed under another fencing number or
	// not claimed, and returns how many it changed. It is atomic; a recipient
	// that the mail does not have is an error. The mail then stands where
	// Settled says.
	Finish(ctx context.Context, finishes []Finish) (n int, err error)

	// List returns a page of what the filter matches, newest first.
	List(ctx context.Context, filter Filter, page Page) ([]Entry, error)

	// Get returns one mail with its recipients and, where it is still kept, its
	// data. ErrNotFound where there is none.
	Get(ctx context.Context, id string) (*Record, error)

	// Count returns how many mails each queue holds of those the filter matches.
	Count(ctx context.Context, filter Filter) (map[State]int, error)

	// Routes returns the state of every route that has had mail, by name.
	Routes(ctx context.Context) ([]Route, error)

	// SetRoute stores the route's state and returns true, or returns false where
	// it has changed since Routes returned it with the same Version; a probe's
	// start changes it. A route that has had no mail has Version 0.
	SetRoute(ctx context.Context, route Route) (bool, error)

	// Close releases the store. The mails stay.
	Close() error
}

// A Want says what a Claim may take.
type Want struct {
	ImmediateOnly bool          // only mail in the lane Immediate
	Mails         int           // at most so many
	Bytes         int           // no further mail once the batch holds so many bytes of data; one always
	Lease         time.Duration // how long the lease lasts unless it is extended
}

// A Batch is what one Claim took.
type Batch struct {
	Route string
	Probe bool      // the route is down, and this is its probe
	Now   time.Time // the store's clock
	Mails []Claimed
}

// A Lease is the right to send one mail, for as long as no other has taken it.
type Lease struct {
	ID    string
	Fence int64 // rises with every claim; a Finish with another number changes nothing
}

// A Claimed mail is one on which a lease was taken.
type Claimed struct {
	Lease
	Mail     Mail        // its To has the pending recipients only
	Pending  []Recipient // parallel to Mail.To
	Attempts int         // counted so far
	Queued   time.Time   // when it was committed
	Lapsed   bool        // an earlier lease ended without a Finish: it may have been sent
	Err      error       // the stored row could not be decoded; Mail holds what could be
}

// A RecipientState is what is known of one recipient.
type RecipientState uint8

const (
	RecipientPending   RecipientState = iota // to be tried
	RecipientDelivered                       // done for good
	RecipientFailed                          // undeliverable
	RecipientUncertain                       // may have been delivered, and must not be sent twice
)

// A Recipient is one forward-path of a stored mail and its last report.
type Recipient struct {
	Index int // its place in the mail's To, from 0
	To    string
	State RecipientState
	Last  host.Report // the zero Report before the first attempt
}

// A Finish is what became of one claimed mail.
type Finish struct {
	Lease
	Recipients []Recipient   // those whose State or Last changed
	Attempt    bool          // the attempt counts
	Doubt      bool          // the attempt left it open whether the mail was delivered: counted
	Alone      bool          // goes next time in a batch of its own
	Retry      time.Duration // due again after so long, where recipients are pending
	Failed     string        // not "": set aside as failed for this reason, whatever its recipients' states
}

// A Filter says which mails are meant. Its zero value matches all.
type Filter struct {
	State State
	Route *string // nil: any route
}

// A Page is a part of a list, newest first.
type Page struct {
	Before string // only ids before this one: the last id of the page before; "" is the first page
	Size   int    // 0 is 50; at most 500
}

// An Entry is one line of a list.
type Entry struct {
	ID         string
	State      State
	Sending    bool // a lease is held on it
	Lane       Lane
	Route      string
	From       string
	To         string // the first recipient
	Recipients int    // how many there are
	Subject    string
	Attempts   int
	Doubts     int // attempts that left it open whether the mail was delivered
	Queued     time.Time
	Due        time.Time // where Sending: when the lease lapses
	Expires    time.Time
	Last       string // the last words about it, of a relay or of the queue
}

// A Record is one mail, whole.
type Record struct {
	Entry
	Mail       Mail
	Recipients []Recipient
}

// A Route is what is known of a relay.
type Route struct {
	Name      string
	Down      bool
	Since     time.Time     // down since
	Failures  int           // probes in a row that failed
	Alarm     bool          // an operator must act
	LastError string        // the relay's words, or the network's
	ProbeIn   time.Duration // until the next probe is due; SetRoute counts it from now
	Version   int64         // for SetRoute
}
