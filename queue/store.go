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
	// recipients are those of an earlier one is not stored; its Duplicate is set
	// (Mail.Identity says when two are the same, Retention.Keys for how long). A
	// mail whose ID is already stored is left as it is, so that an Insert whose
	// answer was lost can be repeated. A mail that is not Storable is an error.
	Insert(ctx context.Context, mails []*Mail) error

	// Claim takes leases on mail that is due: one batch of one route, the
	// highest lane first, within a lane the route whose last claim is longest
	// ago, within a route the earliest due first. No mail is claimed of a route
	// that is paused, nor of any while AllRoutes is. A route that is down is
	// skipped until its probe is due; then one mail is claimed as the probe, and
	// no other probe is due until that lease would have lapsed. A route that was
	// down a moment ago gives at most Route.Ramp mails. A mail that is to go
	// alone makes a batch of one: by its Finish, or because its lease lapsed, or
	// because an OperationRetry made a recipient pending again whose last outcome is
	// host.Uncertain.
	//
	// A lease that lapsed is claimed again with Claimed.Lapsed set; the Claim
	// counts its attempt and its doubt, and adds LapsedAttempt to its history.
	// Where nothing is due, Claim returns a nil batch, and the time until
	// something will be (negative: nothing is waiting).
	Claim(ctx context.Context, want Want) (batch *Batch, wait time.Duration, err error)

	// Extend prolongs leases to d from now, and with its probe's lease the time
	// until a route's next probe. Leases that were lost are passed over: those
	// that another Claim took, and those that were finished.
	Extend(ctx context.Context, leases []Lease, d time.Duration) error

	// Finish records what became of claimed mails and ends their leases. It
	// changes nothing of a mail that is claimed under another fencing number or
	// not claimed, and returns how many it changed. It is atomic; a recipient
	// that the mail does not have is an error. The mail then stands where
	// Settled says, or is gone where Finish.Unkept says so. What Finish.Tried
	// returns is added to its history, of which the last HistoryLength are kept.
	Finish(ctx context.Context, finishes []Finish) (n int, err error)

	// Search looks at mail, newest first, from below Page.Before on, and returns what
	// the filter matches among it: at most Page.Limit entries. It looks at no more
	// than takes some tens of milliseconds, and returns the id from which to go on:
	// the next Page.Before, "" at the end. It may find nothing, and yet not be at the
	// end.
	Search(ctx context.Context, filter Filter, page Page) (found []Entry, next string, err error)

	// Get returns one mail with its recipients, its history and, where it is
	// still kept, its data. ErrNotFound where there is none.
	Get(ctx context.Context, id string) (*Record, error)

	// Count returns how many mails each queue holds of those the filter matches.
	Count(ctx context.Context, filter Filter) (map[State]int, error)

	// Update changes mails that the filter matches, in the order of their ids,
	// from the first after the id after on. One call looks at some hundreds of
	// them; it returns how many it changed, all of them or none, and the id from
	// which to go on, "" at the end. Mail that is being sent is passed over, until its
	// Finish, although its lease may have lapsed, and mail in a queue to which the
	// operation does not apply.
	Update(ctx context.Context, filter Filter, change Change, after string) (n int, next string, err error)

	// Routes returns the state of every route that has had mail, or a state, by
	// name.
	Routes(ctx context.Context) ([]Route, error)

	// SetRoute stores the route's state and returns true, or returns false where
	// it has changed since Routes returned it with the same Version; a probe's
	// start changes it. A route that has had no mail has Version 0. A probe that is
	// out is the probe no more, unless Paused is what changes. Where the
	// route is not down, mail that was finished with AwaitsRoute is due at once,
	// unless it was rescheduled since.
	SetRoute(ctx context.Context, route Route) (bool, error)

	// Clean drops what has been kept for long enough: a small batch of it, and
	// returns how many rows that were; 0 when nothing is left to drop. Counters
	// of minutes that ended more than a day ago go too, and heartbeats of mailers
	// that were not seen for a day.
	Clean(ctx context.Context, keep Retention) (n int, err error)

	// Audit adds a line to the log of what operators did, At being set by the store,
	// as is its Number, which rises.
	Audit(ctx context.Context, line Audit) error

	// Audits returns the log's lines with numbers below before, 0 being above all,
	// newest first: at most size of them, which is bounded as Page.Size is.
	Audits(ctx context.Context, before int64, size int) ([]Audit, error)

	// Shape counts the recipients that are pending of mail in that queue, AnyState
	// being Outgoing and Deferred together, by domain and by the time since their mail
	// was committed: see Shape. It looks at 100,000 mails at most, those due first.
	Shape(ctx context.Context, state State, most int) (*Shape, error)

	// Beat stores what a mailer says of itself in the place of what it said before.
	Beat(ctx context.Context, beat Heartbeat) error

	// Totals returns what the store can say of all its mail.
	Totals(ctx context.Context) (*Totals, error)

	// Close releases the store. The mails stay.
	Close() error
}

// A Want says what a Claim may take.
type Want struct {
	ImmediateOnly bool          // only mail in the lane Immediate
	Skip          []string      // no mail of these routes
	Mails         int           // at most so many
	Bytes         int           // no further mail once the batch holds so many bytes of data; one always
	Lease         time.Duration // how long the lease lasts unless it is extended
}

// A Batch is what one Claim took.
type Batch struct {
	Route string
	Probe bool      // the route is down, and this is its probe
	Ramp  int       // the route's, which limited the batch; 0: nothing did
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
	Recipients  []Recipient   // those whose State or Last changed
	Attempt     bool          // the attempt counts
	Doubt       bool          // the attempt left it open whether the mail was delivered: counted
	Alone       bool          // goes next time in a batch of its own
	Retry       time.Duration // due again after so long, where recipients are pending
	AwaitsRoute bool          // or as soon as its route is up again
	Failed      string        // not "": set aside as failed for this reason, whatever its recipients' states
	Unkept      Unkept        // what is not kept for anybody to look at
}

// Unkept says of a mail that a Finish settles what is dropped with it.
type Unkept struct {
	Sent   bool // the mail, where it then stands in Sent
	Failed bool // the mail, where it then stands in Failed
	Data   bool // its data, where it then stands in Sent
}

// An Attempt is one entry of a mail's history.
type Attempt struct {
	At         time.Time
	Recipients int         // of which something was reported
	Delivered  int         // of those
	Report     host.Report // of the one whose words Finish.Words are
}

// HistoryLength is how many attempts are kept with a mail: the last ones.
const HistoryLength = 20

// A Retention says how long a Clean keeps what is settled, counted from when it
// was. What is negative is not kept at all.
type Retention struct {
	Sent   time.Duration // mail in Sent
	Data   time.Duration // its data
	Failed time.Duration // mail in Failed and Uncertain, with its data
	Audit  time.Duration // lines of the log of what operators did
	Keys   time.Duration // Mail.Identity, from its Insert, and while its mail is pending or held
}
