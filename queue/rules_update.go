package queue

import "fmt"

// The rules that every store's Update keeps are here, so that no two stores differ in
// them. A store of your own calls them too.

var operationNames = [...]string{"retry", "hold", "release", "delete", "reschedule"}

// String returns the operation's name in lower case.
func (o Operation) String() string {
	if int(o) < len(operationNames) {
		return operationNames[o]
	}
	return fmt.Sprintf("operation(%d)", uint8(o))
}

// Applies tells whether the operation does anything to mail in that queue. It
// does nothing to mail that is being sent, whatever its queue.
func (o Operation) Applies(state State) bool {
	switch o {
	case OperationRetry:
		return state == Deferred || state == Failed || state == Uncertain
	case OperationHold, OperationReschedule:
		return state == Outgoing || state == Deferred
	case OperationRelease:
		return state == Held
	}
	return o == OperationDelete
}
