package queue

import "time"

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
