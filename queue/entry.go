package queue

import "time"

// A Page is a part of a list, newest first.
type Page struct {
	Before string // only ids before this one: the last id of the page before; "" is the first page
	Size   int    // 0 is 50; at most 500
}

// An Entry is one line of a list.
type Entry struct {
	ID          string
	State       State
	Sending     bool // a lease is held on it
	Lane        Lane
	Route       string
	From        string
	To          string // the first recipient
	Recipients  int    // how many there are
	Subject     string
	Transaction string // Mail.Transaction
	Attempts    int
	Doubts      int // attempts that left it open whether the mail was delivered
	Queued      time.Time
	Due         time.Time // where Sending: when the lease lapses
	Expires     time.Time
	Last        string // the last words about it, of a relay or of the queue
	Size        int    // bytes of its data, also where that is no longer kept
}

// A Record is one mail, whole.
type Record struct {
	Entry
	Mail       Mail // without Data where that is no longer kept
	Recipients []Recipient
	History    []Attempt // the last ones, in their order
}
