package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

var insertRules = []rule{
	{"a mail is stored whole", testInsertWhole},
	{"a large mail to many is stored whole", testInsertLarge},
	{"inserting nothing is no error", func(s *subject) { s.insert(); require.Zero(s.t, s.total()) }},
	{"mails are inserted all or none", testInsertAtomic},
	{"a context that has ended inserts nothing", testInsertCancelled},
	{"an Insert can be repeated", testInsertRepeated},
	{"the same mail inserted at once is stored once", testInsertRace},
	{"a store shares no memory with its caller", testCopies},
}

// fullMail has something in every field.
func fullMail(n int) *queue.Mail {
	m := newMail(n, "Ann@Example.com", `"b c"@example.org`)
	m.Route = "second"
	m.From = ""
	m.Data = []byte("Subject: \xe2\x82\xac\r\n\r\n\x00 8-bit \xff\r\n")
	m.Lane = queue.Bulk
	m.Key = "order-7"
	m.Transaction = mailID(n - 1)
	m.Once = true
	m.Subject = "Order – “7” \\ '%' \""
	m.Meta = map[string]string{"order": "7", "": "x", "quote\"": "a\nb"}
	return m
}

// requireSame compares mails; times may be cut to the store's precision.
func (s *subject) requireSame(want *queue.Mail, got queue.Mail) {
	s.t.Helper()
	require.WithinDuration(s.t, want.NotBefore, got.NotBefore, time.Millisecond)
	require.WithinDuration(s.t, want.Expires, got.Expires, time.Millisecond)
	same := *want
	same.NotBefore, same.Expires = got.NotBefore, got.Expires
	require.Equal(s.t, same, got)
}

func testInsertWhole(s *subject) {
	m := fullMail(1)
	s.insert(m)

	record := s.get(1)
	s.requireSame(m, record.Mail)
	require.WithinDuration(s.t, time.Now(), record.Queued, far)
	require.WithinDuration(s.t, m.NotBefore, record.Due, time.Millisecond)
	require.Equal(s.t, []queue.Recipient{{Index: 0, To: "Ann@Example.com"}, {Index: 1, To: `"b c"@example.org`}}, record.Recipients)

	claimed := s.claim(all).Mails[0]
	s.requireSame(m, claimed.Mail)
	require.Equal(s.t, record.Recipients, claimed.Pending)
	require.Equal(s.t, record.Queued, claimed.Queued)
	require.Equal(s.t, m.ID, claimed.Lease.ID)
	require.NoError(s.t, claimed.Err)
	require.Zero(s.t, claimed.Attempts)
	require.False(s.t, claimed.Lapsed)
}

func testInsertLarge(s *subject) {
	m := newMail(1)
	m.Data = bytes.Repeat([]byte("0123456789\r\n"), 100_000)
	m.To = nil
	for i := range 300 {
		m.To = append(m.To, fmt.Sprintf("reader%d@example.com", 300-i))
	}
	s.insert(m)
	s.requireSame(m, s.get(1).Mail)
	s.requireSame(m, s.claim(all).Mails[0].Mail)
}

func testInsertAtomic(s *subject) {
	bad := map[string]*queue.Mail{
		"nil": nil, "without an ID": newMail(2), "without a recipient": newMail(2), "of an unknown lane": newMail(2),
	}
	bad["without an ID"].ID = ""
	bad["without a recipient"].To = nil
	bad["of an unknown lane"].Lane = 99
	keyed := newMail(1)
	keyed.Key = "k"
	for what, m := range bad {
		err := s.store.Insert(s.t.Context(), []*queue.Mail{keyed, m, newMail(3)})
		require.Error(s.t, err, "a mail %s must be refused", what)
		require.Zero(s.t, s.total(), "beside a mail %s no other may be stored", what)
	}
	s.insert(keyed, newMail(3))
	require.False(s.t, keyed.Duplicate, "nothing of a refused Insert may remain")
	require.Equal(s.t, 2, s.total())
}

func testInsertCancelled(s *subject) {
	ctx, cancel := context.WithCancelCause(s.t.Context())
	cancel(errors.New("the client went away"))
	require.Error(s.t, s.store.Insert(ctx, []*queue.Mail{newMail(1)}))
	require.Zero(s.t, s.total())
}

func testInsertRepeated(s *subject) {
	m := newMail(1)
	m.Key = "k"
	s.insert(m)
	require.Equal(s.t, 1, s.finish(delivered(s.claim(all).Mails[0].Lease)))

	again := newMail(1, "other@example.com")
	again.Key, again.Subject = "k", "Other"
	s.insert(m, again, newMail(2))
	require.False(s.t, m.Duplicate, "it is the stored one itself")
	require.Equal(s.t, 2, s.total())
	record := s.get(1)
	require.Equal(s.t, queue.Sent, record.State)
	s.requireSame(m, record.Mail)
}

// testInsertRace is of an Insert whose answer was lost, and which was repeated
// while the first one was still under way.
func testInsertRace(s *subject) {
	errs := sideBySide(8, func(int) error {
		again := []*queue.Mail{keyed(1, "k"), newMail(2)}
		err := s.store.Insert(s.t.Context(), again)
		if again[0].Duplicate || again[1].Duplicate {
			err = errors.Join(err, errors.New("it is the stored one itself"))
		}
		return err
	})
	require.NoError(s.t, errors.Join(errs...))
	require.Equal(s.t, []int{1, 2}, ids(s.claim(all)))
	s.claimNone(all)
}

func testCopies(s *subject) {
	want, inserted := fullMail(1), fullMail(1)
	s.insert(inserted)
	scribble(inserted)
	first := s.claim(brief).Mails[0]
	s.requireSame(want, first.Mail)
	scribble(&first.Mail)
	first.Pending[0].To = "scribble"
	record := s.get(1)
	s.requireSame(want, record.Mail)
	scribble(&record.Mail)
	record.Recipients[0].To = "scribble"
	again := s.claim(all).Mails[0]
	s.requireSame(want, again.Mail)
	require.Equal(s.t, want.To[0], again.Pending[0].To)
	record = s.get(1)
	history := slices.Clone(record.History)
	require.NotEmpty(s.t, history, "the first lease lapsed")
	record.History[0].Recipients = 99
	require.Equal(s.t, history, s.get(1).History)
}

func scribble(m *queue.Mail) {
	m.To[0], m.Data[0], m.Meta["order"] = "scribble", 'X', "scribble"
}
