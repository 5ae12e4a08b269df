//go:build unix

package postgres

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// TestFinishOfManyRecipients takes minutes where each is compared with each.
func TestFinishOfManyRecipients(t *testing.T) {
	const recipients = 20_000
	s := openNew(t)
	m := newMail(1)
	m.To = nil
	for i := range recipients {
		m.To = append(m.To, fmt.Sprintf("reader%d@example.com", i))
	}
	require.NoError(t, s.Insert(t.Context(), append(newMails(2, 80), m)))
	for round, want := range []queue.State{queue.Outgoing, queue.Uncertain} {
		batch, _, err := s.Claim(t.Context(), everything)
		require.NoError(t, err)
		var finishes []queue.Finish
		for _, c := range batch.Mails {
			require.NoError(t, c.Err)
			f := queue.Finish{Lease: c.Lease, Attempt: true}
			for i, r := range c.Pending {
				if round == 0 && i%2 == 1 {
					continue // still pending
				}
				r.State = queue.RecipientDelivered
				if i == 7 {
					r.State = queue.RecipientUncertain
				}
				r.Last = host.Report{To: r.To, Code: i}
				f.Recipients = append(f.Recipients, r)
			}
			finishes = append(finishes, f)
		}
		n, err := s.Finish(t.Context(), finishes)
		require.NoError(t, err)
		require.Equal(t, len(batch.Mails), n)
		record, err := s.Get(t.Context(), m.ID)
		require.NoError(t, err)
		require.Equal(t, want, record.State)
	}
	require.Equal(t, map[queue.State]int{queue.Sent: 78, queue.Uncertain: 1}, counts(t, s))
}

// TestFinishWithoutSuchARecipient changes nothing of any mail.
func TestFinishWithoutSuchARecipient(t *testing.T) {
	s := openNew(t)
	require.NoError(t, s.Insert(t.Context(), newMails(1, 3)))
	batch, _, err := s.Claim(t.Context(), everything)
	require.NoError(t, err)
	good := queue.Finish{Lease: batch.Mails[0].Lease, Recipients: []queue.Recipient{{State: queue.RecipientDelivered}}}
	bad := queue.Finish{Lease: batch.Mails[1].Lease, Recipients: []queue.Recipient{{Index: 1}}}
	n, err := s.Finish(t.Context(), []queue.Finish{good, bad})
	require.ErrorContains(t, err, "mail "+batch.Mails[1].ID+" has no recipient 1 to finish")
	require.Zero(t, n)
	n, err = s.Finish(t.Context(), []queue.Finish{good, good})
	require.NoError(t, err)
	require.Equal(t, 1, n)
}
