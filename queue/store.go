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
	// alone makes a batch of one.
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

	// List returns a page of what the filter matches, newest first.
	List(ctx context.Context, filter Filter, page Page) ([]Entry, error)

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
	// start changes it. A route that has had no mail has Version 0. Where the
	// route is not down, mail that was finished with AwaitsRoute is due at once,
	// unless it was rescheduled since.
	SetRoute(ctx context.Context, route Route) (bool, error)

	// Clean drops what has been kept for long enough: a small batch of it, and
	// returns how many rows that were; 0 when nothing is left to drop. Counters
	// of minutes that ended more than a day ago go too, and heartbeats of mailers
	// that were not seen for a day.
	Clean(ctx context.Context, keep Retention) (n int, err error)

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

// A Filter says which mails are meant: those that meet all its conditions. Its
// zero value matches all. Text is found anywhere in its field, with ASCII
// letters in either case.
type Filter struct {
	All     bool     // must be said to change all mail; no condition
	IDs     []string // one of these; nil: any
	State   State
	Lane    *Lane             // nil: any
	Route   *string           // nil: any
	To      string            // of some recipient
	From    string            // of the reverse-path
	Subject string            // of the subject
	Last    string            // of Entry.Last, the last words about it
	Meta    map[string]string // these values under these keys, exactly
	Since   time.Time         // committed then or later; zero: any time
	Until   time.Time         // committed before; zero: any time
}

// An Operation is what an operator does to mail.
type Operation uint8

const (
	OperationRetry      Operation = iota // what is deferred, failed or uncertain is due after Change.In, for its recipients that were not delivered; where all were, nothing is done
	OperationHold                        // what is outgoing or deferred is held
	OperationRelease                     // what is held stands again where it stood
	OperationDelete                      // it is gone, from whichever queue; its Key is kept
	OperationReschedule                  // what is outgoing or deferred is due after Change.In
)

// A Change is what an Update does.
type Change struct {
	Operation Operation
	In        time.Duration // of Retry and Reschedule: due after so long; at once where it is not positive
	Lifetime  time.Duration // of Retry and Reschedule: expires no sooner than so long after it is due
}

// A Retention says how long a Clean keeps what is settled, counted from when it
// was. What is negative is not kept at all.
type Retention struct {
	Sent   time.Duration // mail in Sent
	Data   time.Duration // its data
	Failed time.Duration // mail in Failed and Uncertain, with its data
	Keys   time.Duration // Mail.Identity, from its Insert, and while its mail is pending or held
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
	Size       int    // bytes of its data, also where that is no longer kept
}

// A Record is one mail, whole.
type Record struct {
	Entry
	Mail       Mail // without Data where that is no longer kept
	Recipients []Recipient
	History    []Attempt // the last ones, in their order
}

// AllRoutes is the name under which Pause and Resume mean every route. No mail
// has it.
const AllRoutes = "*"

// A Route is what is known of a relay.
type Route struct {
	Name      string
	Paused    bool // by an operator
	Down      bool
	Since     time.Time     // down since
	Failures  int           // probes in a row that failed
	Alarm     bool          // an operator must act
	LastError string        // the relay's words, or the network's
	ProbeIn   time.Duration // until the next probe is due; SetRoute counts it from now
	Ramp      int           // mails in a batch, at most, while it comes up again; 0: no limit
	Version   int64         // for SetRoute
}

// A Heartbeat is what a mailer says of itself, so that other processes can tell
// whether it works.
type Heartbeat struct {
	Mailer    string        // an id of its own
	Process   string        // host name and process id, for people
	Interval  time.Duration // of its tick; 0: it was closed, and says no more
	Started   time.Duration // how long ago
	Moved     time.Duration // how long ago it last claimed or recorded something
	Sending   int           // mails in flight
	LastError string        // what last failed in it, not about single mails; "" if nothing did
	Seen      time.Duration // how long ago it said so: set by the store
}

// Totals is what a store can say of all its mail.
type Totals struct {
	Now     time.Time     // the store's clock
	Queues  []Total       // those that hold mail, by State and Lane
	Waiting time.Duration // how long the mail that could have been claimed first has been waiting for that; 0: none is
	Minutes []Minute      // of the last day, those in which something happened, in their order
	Mailers []Heartbeat
}

// A Total is how much stands in one queue and lane.
type Total struct {
	State  State
	Lane   Lane
	Count  int
	Oldest time.Time // when the first of it was committed
}

// A Minute counts the mails of one minute.
type Minute struct {
	At       time.Time // when it began
	In       int       // committed, without duplicates
	Out      int       // settled as sent
	Deferred int       // attempts after which recipients were pending
	Failed   int       // settled as failed or uncertain
}
