package queue_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// A hearingStore is a store that hears of other processes.
type hearingStore struct {
	queue.Store
	signals chan struct{}
}

func (s hearingStore) Signals() <-chan struct{} { return s.signals }

// A hostFunc delivers everything and says of what.
type hostFunc func(id string)

func (f hostFunc) Send(_ context.Context, batch []*host.Envelope, done func(i int, reports []host.Report)) {
	for i, e := range batch {
		f(e.ID)
		done(i, []host.Report{{To: e.To[0], Outcome: host.Delivered}})
	}
}

func TestMailerHearsOtherProcesses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := hearingStore{queue.Memory(), make(chan struct{}, 1)}
		sent := make(chan string, 1)
		q, err := queue.Open(store, hostFunc(func(id string) { sent <- id }), queue.Config{Interval: time.Hour})
		require.NoError(t, err)
		defer q.Close(context.Background())
		synctest.Wait()
		committed := time.Now()
		require.NoError(t, store.Insert(t.Context(), []*queue.Mail{{
			Envelope:  host.Envelope{ID: queue.NewID(), From: "a@b", To: []string{"c@d"}, Data: []byte("\r\n")},
			NotBefore: committed, Expires: committed.Add(9 * time.Hour), Lane: queue.Immediate,
		}}))
		synctest.Wait()
		require.Empty(t, sent, "it sleeps until its tick")
		store.signals <- struct{}{}
		<-sent
		require.Zero(t, time.Since(committed))

		close(store.signals)
		require.NoError(t, q.Close(t.Context()))
	})
}
