package host

import (
	"fmt"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Postfix is killed and started again in the middle of 2,100 mails that go to it
// in all modes at once.
func TestPostfixRestarts(t *testing.T) {
	t.Parallel()
	p := startPostfix(t, modes...)
	var delivered atomic.Int64
	step := make(chan struct{}, 100)
	var senders []*resender
	for i, mode := range modes {
		r := &resender{host: client(t, &SMTP{Addr: p.addrs[mode.name]}), batch: 100, limit: 3 * time.Minute, delivered: func() {
			if delivered.Add(1)%400 == 0 {
				step <- struct{}{}
			}
		}}
		for k := range 700 {
			body := strings.Repeat("x\r\n", 1+k%7*100)
			r.mails = append(r.mails, numberedMail(1000*i+k, body, fmt.Sprintf("u%d@y.example", k)))
		}
		senders = append(senders, r)
	}
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		runAll(t, senders)
	}()
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM, syscall.SIGKILL, syscall.SIGKILL} {
		select {
		case <-step:
			p.stop(signal)
			p.start(t)
		case <-finished:
			require.Fail(t, "all was over before Postfix was killed")
		}
	}
	<-finished
	arrived := p.arrivals(t)
	for i, r := range senders {
		twice, repeated := r.requireExactly(t, arrived)
		t.Logf("%s: %v; %d sent twice, all of them uncertain the first time; %d handed on twice by Postfix itself",
			modes[i].name, r.reports, twice, repeated)
	}
}
