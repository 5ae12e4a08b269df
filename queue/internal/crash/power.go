//go:build linux

package crash

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// SurvivesPowerLoss cuts the power under a load, again and again: what was
// acknowledged is there when it is back. in returns the place of a store on the
// disk mounted at dir.
func (s Suite) SurvivesPowerLoss(t *testing.T, in func(dir string) string) {
	t.Parallel()
	random := newRandom(t)
	d := loopDisk(t)
	h := &History{}
	r := newRelay(t, h)
	for n := range short(s, 5, 2) {
		child := start(t, h, job{
			Place: in(d.dir), Relay: r.Addr, Lease: lease, Patience: aWhile,
			Committers: 4, Pace: 5 * time.Millisecond, Size: 2000, Seed: random.Uint64(),
		})
		h.await(t, child, 150*(n+1))
		// No process lives on without power: what one says while the file system is
		// going down counts for nothing.
		child.dead.Store(true)
		if err := d.cutPower(); err != nil {
			t.Skipf("this file system cannot be shut down (FS_IOC_SHUTDOWN): %v", err)
		}
		child.kill()
		d.restorePower()
	}
	r.stop()
	v := s.settle(t, h, in(d.dir))
	t.Log(v)
}

// await returns when so many mails were acknowledged.
func (h *History) await(t *testing.T, child *process, mails int) {
	t.Helper()
	deadline := time.After(aWhile)
	for {
		news := h.news()
		if acknowledged, _ := h.Tally(); acknowledged >= mails {
			return
		}
		select {
		case <-news:
		case <-child.ended:
			require.Fail(t, "the child has ended", child.stderr.String())
		case <-deadline:
			require.Fail(t, fmt.Sprintf("fewer than %d mails were committed", mails), child.stderr.String())
		}
	}
}
