//go:build linux

package crash

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// lasting keeps a store open after its queue.
type lasting struct{ queue.Store }

func (lasting) Close() error { return nil }

// commit commits n small mails from this process, which sends nothing.
func commit(t *testing.T, h *History, store queue.Store, n int) {
	t.Helper()
	q, err := queue.Open(lasting{store}, nil, queue.Config{})
	require.NoError(t, err)
	for left := n; left > 0; {
		var mails []*queue.Mail
		for range min(left, 500) {
			id := queue.NewID()
			mails = append(mails, &queue.Mail{Envelope: host.Envelope{
				ID: id, From: "shop@crash.example", To: []string{fmt.Sprintf("r%d@y.example", left)}, Data: content(id, 0),
			}})
			left--
		}
		h.Offered(offers(mails)...)
		require.NoError(t, q.Commit(t.Context(), mails...))
		for _, m := range mails {
			h.Acknowledged(m.ID)
		}
	}
	require.NoError(t, q.Close(context.Background()))
}
