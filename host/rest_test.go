package host

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// tries sends one mail and returns which of the hosts were asked.
func tries(t *testing.T, f *Failover) (asked string) {
	count := func(h Host) int { return len(h.(*fakeHost).batches) }
	before := make([]int, len(f.Hosts))
	for i, h := range f.Hosts {
		before[i] = count(h)
	}
	sendAny(t, f, t.Context(), envelope("b@y.example"))
	for i, h := range f.Hosts {
		if count(h) > before[i] {
			asked += fmt.Sprint(i)
		}
	}
	return asked
}

func TestFailedHostRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := &fakeHost{say: says(down)}
		f := &Failover{Hosts: []Host{first, &fakeHost{}}}
		for _, rest := range []time.Duration{30, 60, 120, 240, 300, 300} {
			require.Equal(t, "01", tries(t, f))
			time.Sleep(rest*time.Second - time.Nanosecond)
			require.Equal(t, "1", tries(t, f), "within %d s", rest)
			time.Sleep(time.Nanosecond)
		}
		first.say = nil
		require.Equal(t, "0", tries(t, f))
		first.say = says(down)
		require.Equal(t, "01", tries(t, f))
		time.Sleep(30 * time.Second)
		require.Equal(t, "01", tries(t, f), "success has ended the count")
	})
}

// An answer ends a rest, even one that refuses the mail; words of our own do not.
func TestWhatEndsARest(t *testing.T) {
	tests := []struct {
		r    Report
		ends bool
	}{
		{Report{Outcome: Delivered}, true},
		{Report{Outcome: Permanent, Code: 550}, true},
		{Report{Outcome: Transient, Code: 451}, true},
		{Report{Outcome: Permanent, Enhanced: "5.1.3"}, false},
		{Report{Outcome: Unsent}, false},
		{Report{Outcome: Uncertain}, false},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.r.Outcome, test.r.Code), func(t *testing.T) {
			only := &fakeHost{say: says(down)}
			f := &Failover{Hosts: []Host{only, &fakeHost{say: says(down)}}}
			require.Equal(t, "01", tries(t, f))
			only.say = says(test.r)
			require.Equal(t, "0", tries(t, f), "both rest, and its rest ends first")
			require.Equal(t, test.ends, f.roster.rests[0] == rest{})
		})
	}
}

// Where all rest, mail is not refused without a try.
func TestAllHostsRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := &fakeHost{say: says(down)}, &fakeHost{say: says(down)}
		f := &Failover{Hosts: []Host{first, second}}
		require.Equal(t, "01", tries(t, f))
		time.Sleep(time.Second)
		require.Equal(t, "0", tries(t, f), "now its rest is the longer one")
		require.Equal(t, "1", tries(t, f))
		require.Equal(t, "0", tries(t, f))
		second.say = nil
		require.Equal(t, "1", tries(t, f))
		require.Equal(t, "1", tries(t, f), "the first rests on")
	})
}

// Sends side by side that see a host fail see one failure.
func TestFailureIsCountedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := &fakeHost{say: func(int, *Envelope) Report {
			time.Sleep(time.Second)
			return down
		}}
		f := &Failover{Hosts: []Host{first, &fakeHost{}}}
		var sends sync.WaitGroup
		for range 4 {
			sends.Go(func() { sendAny(t, f, t.Context(), letters(recipients(3)...)...) })
		}
		sends.Wait()
		require.Len(t, first.batches, 4)
		require.Equal(t, 1, f.roster.failures(0))
	})
}

// A host that rested, answers, and fails within one Send has failed once.
func TestFailureAfterASuccess(t *testing.T) {
	flaky := &fakeHost{say: says(down)}
	f := &Failover{Hosts: []Host{flaky}}
	tries(t, f)
	tries(t, f)
	require.Equal(t, 2, f.roster.failures(0))
	flaky.say = func(k int, _ *Envelope) Report {
		if k == 0 {
			return Report{Outcome: Delivered}
		}
		return down
	}
	sendAny(t, f, t.Context(), letters(recipients(3)...)...)
	require.Equal(t, 1, f.roster.failures(0))
}
