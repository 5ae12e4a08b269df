package queue

import "fmt"

// A State is the queue a mail stands in.
//
// Outgoing and Deferred are not stored: a mail with pending recipients is
// Deferred until it falls due and Outgoing from then on. A mail that is being
// sent has a lease and stands in Outgoing.
type State uint8

const (
	AnyState  State = iota // in a Filter: every queue
	Outgoing               // to be sent now
	Deferred               // due later: asked for, or a retry
	Held                   // stopped by an operator
	Failed                 // undeliverable, kept for the operator
	Uncertain              // the relay went silent after the last byte, and the mail was marked Once
	Sent                   // kept for a while as a log
)

// States lists the queues in the order in which they are shown.
var States = [...]State{Outgoing, Deferred, Held, Failed, Uncertain, Sent}

var stateNames = [...]string{"any", "outgoing", "deferred", "held", "failed", "uncertain", "sent"}

// String returns the queue's name in lower case.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return fmt.Sprintf("state(%d)", uint8(s))
}

// ParseState returns the State with that name. "any" and "" are AnyState.
func ParseState(name string) (State, error) {
	if name == "" {
		return AnyState, nil
	}
	for i, n := range stateNames {
		if n == name {
			return State(i), nil
		}
	}
	return AnyState, fmt.Errorf("queue: no queue is named %q: use outgoing, deferred, held, failed, uncertain or sent", name)
}
