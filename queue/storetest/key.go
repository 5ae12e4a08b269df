package storetest

import (
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

var keyRules = []rule{
	{"a key outlives its mail", testKeyOutlives},
	{"a key is kept while its mail is pending or held", testKeyPending},
	{"a key is dropped although its mail is kept", testKeyDropped},
}

// keyed returns a mail whose key is that of others of the same kind.
func keyed(n int, key string) *queue.Mail {
	m := newMail(n)
	m.Key = key
	return m
}

// isDuplicate inserts a mail with the key.
func (s *subject) isDuplicate(n int, key string) bool {
	s.t.Helper()
	m := keyed(n, key)
	s.insert(m)
	return m.Duplicate
}

func testKeyOutlives(s *subject) {
	s.insert(keyed(1, "sent"), keyed(2, "unkept"), keyed(3, "failed"), keyed(4, "deleted"))
	batch := s.claim(all)
	require.Equal(s.t, []int{1, 2, 3, 4}, ids(batch))
	unkept := delivered(batch.Mails[1].Lease)
	unkept.Unkept.Sent = true
	s.finish(delivered(batch.Mails[0].Lease), unkept,
		queue.Finish{Lease: batch.Mails[2].Lease, Failed: cannotBeSent}, queue.Finish{Lease: batch.Mails[3].Lease})
	require.Equal(s.t, 1, s.update(queue.OperationDelete, 4))
	keep := keepAll
	keep.Sent, keep.Failed = -1, -1
	s.clean(keep)
	require.Zero(s.t, s.total())

	keys := []string{"sent", "unkept", "failed", "deleted"}
	for n, key := range keys {
		require.True(s.t, s.isDuplicate(10+n, key), key)
	}
	keep.Keys = -1
	require.Equal(s.t, len(keys), s.clean(keep))
	for n, key := range keys {
		require.False(s.t, s.isDuplicate(20+n, key), "%s: its time has passed", key)
	}
}

func testKeyPending(s *subject) {
	s.insert(keyed(1, "deferred"), keyed(2, "sending"), keyed(3, "held"))
	batch := s.claim(all)
	s.finish(queue.Finish{Lease: batch.Mails[0].Lease, Retry: far}, queue.Finish{Lease: batch.Mails[2].Lease})
	s.insert(keyed(4, "outgoing"))
	require.Equal(s.t, 1, s.update(queue.OperationHold, 3))
	require.Zero(s.t, s.clean(queue.Retention{Sent: -1, Data: -1, Failed: -1, Keys: -1}))
	for n, key := range []string{"deferred", "sending", "held", "outgoing"} {
		require.True(s.t, s.isDuplicate(10+n, key), key)
	}
	require.Equal(s.t, 4, s.total())
}

func testKeyDropped(s *subject) {
	s.insert(keyed(1, "sent"), keyed(2, "failed"), keyed(3, "uncertain"))
	batch := s.claim(all)
	uncertain := delivered(batch.Mails[2].Lease)
	uncertain.Recipients[0].State = queue.RecipientUncertain
	s.finish(delivered(batch.Mails[0].Lease), queue.Finish{Lease: batch.Mails[1].Lease, Failed: cannotBeSent}, uncertain)
	keep := keepAll
	keep.Keys = -1
	require.Equal(s.t, 3, s.clean(keep))
	require.Equal(s.t, 3, s.total())
	for n, key := range []string{"sent", "failed", "uncertain"} {
		require.False(s.t, s.isDuplicate(10+n, key), key)
		require.True(s.t, s.isDuplicate(20+n, key), "%s: the new mail has the key now", key)
	}
}
