package queue

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/host/hosttest"
)

// A mail to many goes in as few transactions as the relay allows, whether it
// announces how many recipients it takes (RFC 9422) or refuses those beyond, in one
// attempt.
func TestMailToManyRecipients(t *testing.T) {
	for _, tt := range []struct {
		name         string
		server       *hosttest.Server
		transactions int
	}{
		{"announced", &hosttest.Server{MaxRcpt: 100}, 3},
		{"announced, less", &hosttest.Server{MaxRcpt: 50}, 5},
		{"found out", &hosttest.Server{MaxRcpt: 100, Without: []string{"LIMITS"}}, 3},
		{"found out, less", &hosttest.Server{MaxRcpt: 50, Without: []string{"LIMITS"}}, 5},
		{"no limit but RFC 5321's", &hosttest.Server{}, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := tt.server
			require.NoError(t, srv.Start())
			defer srv.Close()
			h := &host.SMTP{Addr: srv.Addr}
			defer h.Close()
			q := open(t, Memory(), h, Config{})
			var to []string
			for i := range 250 {
				to = append(to, fmt.Sprint("u", i))
			}
			m := letter(Immediate, to...)
			commit(t, q, m)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			_, err := srv.Wait(ctx, tt.transactions)
			require.NoError(t, err)
			require.NoError(t, q.Close(ctx))

			mails := srv.Mails()
			require.Len(t, mails, tt.transactions)
			var got []string
			for _, m := range mails {
				got = append(got, m.To...)
			}
			require.ElementsMatch(t, m.To, got)
			require.Equal(t, 1, srv.Conns())
			stored := record(t, q.store, m)
			require.Equal(t, Sent, stored.State)
			require.Equal(t, 1, stored.Attempts)
		})
	}
}
