package sqlite

import (
	"bytes"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// BenchmarkInsert inserts mails of 2 KB, one to a call.
func BenchmarkInsert(b *testing.B) {
	data := bytes.Repeat([]byte("0123456789abcdef"), 128)
	for _, callers := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			s, _ := openNew(b)
			var next atomic.Int64
			var all sync.WaitGroup
			for range callers {
				all.Go(func() {
					for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
						m := newMail(int(n))
						m.Data = data
						if err := s.Insert(b.Context(), []*queue.Mail{m}); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			all.Wait()
		})
	}
}

// BenchmarkClaimAndFinish claims and finishes batches of 100; an operation is
// one mail.
func BenchmarkClaimAndFinish(b *testing.B) {
	s, _ := openNew(b)
	for n := 0; n < b.N; n += 1000 {
		require.NoError(b, s.Insert(b.Context(), newMails(n, min(n+1000, b.N))))
	}
	b.ResetTimer()
	for {
		batch, _, err := s.Claim(b.Context(), queue.Want{Mails: 100, Bytes: 4 << 20, Lease: time.Hour})
		require.NoError(b, err)
		if batch == nil {
			return
		}
		var finishes []queue.Finish
		for _, m := range batch.Mails {
			finishes = append(finishes, queue.Finish{Lease: m.Lease, Attempt: true, Recipients: []queue.Recipient{{
				State: queue.RecipientDelivered, Last: host.Report{Outcome: host.Delivered, Code: 250, Text: "taken"},
			}}})
		}
		_, err = s.Finish(b.Context(), finishes)
		require.NoError(b, err)
	}
}
