package queue

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
)

// Leases that cannot be extended lapse, and another process takes over: what had
// not begun by then is sent by that one alone.
func TestSenderBeginsNothingAfterItsLeasesLapsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &relay{during: func(*host.Envelope) { time.Sleep(7 * time.Second) }}
		store := &faulty{Store: Memory(), extend: errors.New("disk full")}
		q := open(t, store, slow, Config{Senders: 1, Interval: time.Hour})
		var mails []*Mail
		for i := range 50 {
			mails = append(mails, letter(Immediate, fmt.Sprint("m", i)))
		}
		commit(t, q, mails...)
		synctest.Wait()
		other := &relay{}
		open(t, store.Store, other, Config{})
		pass(10 * time.Minute)

		begun := slow.attempts()
		require.Less(t, begun[len(begun)-1].at, time.Minute, "a lease lasts a minute")
		sent := map[string]int{}
		for _, a := range append(begun, other.attempts()...) {
			sent[a.id]++
		}
		require.Len(t, sent, len(mails))
		twice := 0
		for _, n := range sent {
			twice += n - 1
		}
		require.Equal(t, 1, twice, "the one that was on its way")
	})
}
