//go:build linux

package crash

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

// A relay is a mail server that tells a history what it has accepted.
type relay struct {
	hosttest.Server
	t       *testing.T
	history *History
	last    *byte // first byte of the mail that was told last
	n       int   // mails that were told
	stop    func()
}

// newRelay starts a server, which is gone when the test ends, and offers the
// extensions but some.
func newRelay(t *testing.T, h *History, without ...string) *relay {
	t.Helper()
	r := &relay{t: t, history: h}
	r.Without = without
	r.Keep = 10_000 // more than come in between two looks
	require.NoError(t, r.Start())
	ctx, cancel := context.WithCancel(context.Background())
	told := make(chan struct{})
	go func() {
		defer close(told)
		r.tellForever(ctx)
	}()
	r.stop = func() {
		cancel()
		<-told
		r.tell()
	}
	t.Cleanup(func() {
		r.stop()
		require.NoError(t, r.Close())
	})
	return r
}

// restart makes it another server at the same address.
func (r *relay) restart(faults ...hosttest.Fault) {
	require.NoError(r.t, r.Close())
	r.Faults = faults
	// A process that another test starts holds the old listener until it execs.
	deadline := time.Now().Add(aWhile)
	err := r.Start()
	for ; err != nil && time.Now().Before(deadline); err = r.Start() {
		time.Sleep(time.Millisecond) // between tries
	}
	require.NoError(r.t, err)
}

func (r *relay) tellForever(ctx context.Context) {
	for ctx.Err() == nil {
		told := r.n
		r.Until(ctx, func(c hosttest.Counts) bool { return c.Mails > told })
		r.tell()
		select { // a look costs as much as many mails
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
		}
	}
}

// tell tells what came in since.
func (r *relay) tell() {
	mails := r.Mails()
	from := len(mails)
	for from > 0 && &mails[from-1].Data[0] != r.last {
		from--
	}
	if from == 0 && r.last != nil {
		r.t.Error("the server has dropped mails that were not told: the test is too slow")
	}
	for _, m := range mails[from:] {
		id, whole := recognize(m.Data)
		r.history.Accepted(id, whole, m.To...)
		r.last = &m.Data[0]
		r.n++
	}
}
