package sqlite

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// The numbers are in the databases of those who use this package: a change of
// one needs a migration.
func TestNumbersOnDisk(t *testing.T) {
	require.Equal(t, [...]queue.State{1, 2, 3, 4, 5, 6},
		[...]queue.State{queue.Outgoing, queue.Deferred, queue.Held, queue.Failed, queue.Uncertain, queue.Sent})
	require.Equal(t, [...]queue.Lane{queue.Immediate, queue.Normal, queue.Bulk}, queue.Lanes)
	require.Equal(t, [...]queue.RecipientState{0, 1, 2, 3}, [...]queue.RecipientState{
		queue.RecipientPending, queue.RecipientDelivered, queue.RecipientFailed, queue.RecipientUncertain})
	require.Equal(t, [...]host.Outcome{0, 1, 2, 3, 4, 5}, [...]host.Outcome{
		host.Unsent, host.Delivered, host.Transient, host.Permanent, host.Unreachable, host.Uncertain})
}

func TestRowsThatCannotBeDecoded(t *testing.T) {
	for name, test := range map[string]struct{ damage, want string }{
		"meta data":     {"UPDATE mailhost_mail SET meta = '{\"order\":' WHERE seq = 2", "broken meta data: unexpected end of JSON"},
		"other JSON":    {"UPDATE mailhost_mail SET meta = '[1]' WHERE seq = 2", "broken meta data: json: cannot unmarshal"},
		"no data":       {"DELETE FROM mailhost_body WHERE mail = 2", "has 1 pending recipients and 0 of its 26 bytes"},
		"cut data":      {"UPDATE mailhost_body SET data = x'00' WHERE mail = 2", "1 of its 26 bytes"},
		"a state":       {"UPDATE mailhost_recipient SET state = 300 WHERE mail = 2", "has a recipient in an unknown state"},
		"no recipients": {"DELETE FROM mailhost_recipient WHERE mail = 2", "has 0 pending recipients"},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := openNew(t)
			require.NoError(t, s.Insert(t.Context(), newMails(0, 3)))
			setUp(t, s, test.damage)

			entries, _, err := s.Search(t.Context(), queue.Filter{}, queue.Page{})
			require.NoError(t, err)
			require.Len(t, entries, 3)
			record, err := s.Get(t.Context(), newMail(1).ID)
			require.NoError(t, err)
			require.Equal(t, entries[1], record.Entry)

			batch, _, err := s.Claim(t.Context(), everything)
			require.NoError(t, err)
			require.Len(t, batch.Mails, 3)
			require.NoError(t, batch.Mails[0].Err)
			require.ErrorContains(t, batch.Mails[1].Err, "queue/sqlite: mail "+newMail(1).ID)
			require.ErrorContains(t, batch.Mails[1].Err, test.want)
			require.NoError(t, batch.Mails[2].Err)

			n, err := s.Finish(t.Context(), []queue.Finish{{Lease: batch.Mails[1].Lease, Failed: "cannot be read"}})
			require.NoError(t, err)
			require.Equal(t, 1, n, "it can be set aside")
		})
	}
}

// What was encoded is decoded, and nothing that stands in a row is a panic.
func FuzzMeta(f *testing.F) {
	f.Add("order", "7", `{"a":"b"}`)
	f.Add("", "", ``)
	f.Add("\"\\\x00", "\u2028<>&\xff", `{"a":1}`)
	f.Add("k", "v", `null`)
	f.Add("k", "v", `{"a":"b"`)
	f.Fuzz(func(t *testing.T, key, value, stored string) {
		row := mailRow{meta: stored}
		row.mail()

		first := roundTrip(t, map[string]string{key: value})
		require.Len(t, first, 1)
		if utf8.ValidString(key) && utf8.ValidString(value) {
			require.Equal(t, map[string]string{key: value}, first)
		}
		require.Equal(t, first, roundTrip(t, first))
	})
}

func roundTrip(t *testing.T, meta map[string]string) map[string]string {
	t.Helper()
	text, err := encodeMeta(meta)
	require.NoError(t, err)
	m, err := (&mailRow{meta: text}).mail()
	require.NoError(t, err)
	return m.Meta
}

func TestUnknownLane(t *testing.T) {
	for _, lane := range []int{-1, len(queue.Lanes)} {
		m, err := (&mailRow{id: "x", lane: lane, subject: "Hello"}).mail()
		require.ErrorContains(t, err, "queue/sqlite: mail x has the unknown lane")
		require.Equal(t, "Hello", m.Subject)
	}
}

// What stands in no queue is in no count, and keeps nothing else from being counted.
func TestDamagedNumbersAreCountedNowhere(t *testing.T) {
	for _, damage := range []string{"state = 300", "state = -1", "state = 0", "state = 7", "state = 6, lane = -1", "lane = -1", "lane = 99"} {
		s, _ := openNew(t)
		require.NoError(t, s.Insert(t.Context(), newMails(0, 3)))
		setUp(t, s, "UPDATE mailhost_mail SET "+damage+" WHERE seq = 2")
		counts, err := s.Count(t.Context(), queue.Filter{State: queue.Outgoing, To: "reader"})
		require.NoError(t, err, damage)
		require.GreaterOrEqual(t, counts[queue.Outgoing], 2, damage)
		counts, err = s.Count(t.Context(), queue.Filter{})
		require.NoError(t, err, damage)
		for state := range counts {
			require.Contains(t, queue.States, state, damage)
		}
		totals, err := s.Totals(t.Context())
		require.NoError(t, err, damage)
		require.Len(t, totals.Queues, 1, damage)
		require.Equal(t, 2, totals.Queues[0].Count, damage)
		entries, _, err := s.Search(t.Context(), queue.Filter{}, queue.Page{})
		require.NoError(t, err, damage)
		require.Len(t, entries, 3, "%s: it is listed", damage)
		_, err = s.Shape(t.Context(), queue.AnyState, 0)
		require.NoError(t, err, damage)
	}
}

// A number that fits no type keeps no other mail from being claimed.
func TestDamagedNumbersStopNobody(t *testing.T) {
	for _, damage := range []string{
		"UPDATE mailhost_recipient SET outcome = -1 WHERE mail = 2", "UPDATE mailhost_recipient SET alarm = 7 WHERE mail = 2",
		"UPDATE mailhost_mail SET once = 9 WHERE seq = 2", "UPDATE mailhost_mail SET leased = 9 WHERE seq = 2",
	} {
		s, _ := openNew(t)
		require.NoError(t, s.Insert(t.Context(), newMails(0, 3)))
		setUp(t, s, damage)
		claimed, err := claimAll(t.Context(), s, 10)
		require.NoError(t, err, damage)
		require.Len(t, claimed, 3, damage)
	}
}
