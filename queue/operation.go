package queue

import "time"

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
