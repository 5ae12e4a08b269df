package host

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A host that breaks its contract costs its neighbours nothing.
func TestPartHoldsAHostToItsContract(t *testing.T) {
	for name, h := range map[string]Host{
		"failover": &Failover{Hosts: []Host{faithless{}}},
		"mux":      &Mux{Default: faithless{}},
		"sign":     &Sign{Host: faithless{}, Domain: "acme.example", Selector: "s", Key: ed25519Key},
	} {
		t.Run(name, func(t *testing.T) {
			all := sendAny(t, h, t.Context(), envelope("b@y.example"), envelope("c@y.example", "d@y.example"), envelope("e@y.example"))
			require.Equal(t, []string{"delivered", "uncertain uncertain", "uncertain"}, words(all))
			require.Contains(t, all[1][0].Text, "did not report an outcome")
		})
	}
}

func TestEmptyBatch(t *testing.T) {
	child := &fakeHost{}
	for _, h := range []Host{&Failover{Hosts: []Host{child}}, &Mux{Default: child}, Discard{},
		&Sign{Host: child, Domain: "acme.example", Selector: "s", Key: ed25519Key}, &Pipe{Path: "/nowhere"}} {
		require.Empty(t, sendAny(t, h, t.Context()))
	}
	require.Empty(t, child.batches)
}
