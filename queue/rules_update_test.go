package queue

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestApplies(t *testing.T) {
	for operation, queues := range map[Operation][]State{
		OperationRetry:      {Deferred, Failed, Uncertain},
		OperationHold:       {Outgoing, Deferred},
		OperationRelease:    {Held},
		OperationDelete:     States[:],
		OperationReschedule: {Outgoing, Deferred},
		Operation(99):       {},
	} {
		for _, state := range States {
			applies := false
			for _, s := range queues {
				applies = applies || s == state
			}
			require.Equal(t, applies, operation.Applies(state), "%v of %v", operation, state)
		}
	}
}

func TestOperationString(t *testing.T) {
	for operation, name := range map[Operation]string{
		OperationRetry: "retry", OperationHold: "hold", OperationRelease: "release", OperationDelete: "delete",
		OperationReschedule: "reschedule", OperationReschedule + 1: "operation(5)",
	} {
		require.Equal(t, name, operation.String())
	}
}
