package storetest

import (
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

var searchRules = []rule{
	{"searches, one after the other, find each mail once", testSearchAll},
	{"a search begins below an id", testSearchBefore},
	{"a search finds the mails of a transaction", testSearchTransaction},
}

// searchAll searches to the end, and returns all that was found.
func (s *subject) searchAll(filter queue.Filter, size int) []int {
	s.t.Helper()
	var found []queue.Entry
	page := queue.Page{Size: size}
	for {
		entries, next := s.search(filter, page)
		found = append(found, entries...)
		if next == "" {
			return numbers(found)
		}
		page.Before = next
	}
}

// insertSearchable stores so many mails that no search has to look at them all: those
// that a hundred divides are bulk mail for somebody else, the ten oldest are held.
func (s *subject) insertSearchable() (mails int) {
	s.t.Helper()
	mails = 2510
	var batch []*queue.Mail
	for n := range mails {
		m := newMail((n * 7) % mails)
		if number(m.ID)%100 == 0 {
			m.Lane, m.To[0] = queue.Bulk, "rare@example.org"
		}
		batch = append(batch, m)
	}
	s.insert(batch...)
	require.Equal(s.t, 10, s.update(queue.OperationHold, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9))
	return mails
}

// descending returns the numbers from first down to last.
func descending(first, last, step int) (list []int) {
	for n := first; n >= last; n -= step {
		list = append(list, n)
	}
	return list
}

func testSearchAll(s *subject) {
	mails := s.insertSearchable()
	hundreds := descending(2500, 0, 100)
	for _, test := range []struct {
		filter queue.Filter
		want   []int
	}{
		{queue.Filter{}, descending(mails-1, 0, 1)},
		{queue.Filter{To: "rare@"}, hundreds},
		{queue.Filter{To: "@EXAMPLE.org"}, hundreds},
		{queue.Filter{Words: []string{"rare", "shop"}}, hundreds},
		{queue.Filter{Lane: pointer(queue.Bulk)}, hundreds},
		{queue.Filter{State: queue.Held}, descending(9, 0, 1)},
		{queue.Filter{State: queue.Held, To: "rare@"}, []int{0}},
		{queue.Filter{State: queue.Outgoing, To: "rare@"}, hundreds[:25]},
		{queue.Filter{Subject: "none has it"}, []int{}},
		{queue.Filter{State: queue.Sent}, []int{}},
		{byNumber(3, 2400, 77, 9999), []int{2400, 77, 3}},
	} {
		for _, size := range []int{1, 7, 500} {
			if size > 1 || len(test.want) < 100 {
				require.Equal(s.t, test.want, s.searchAll(test.filter, size), "%+v, %d to a page", test.filter, size)
			}
		}
	}
}

func testSearchBefore(s *subject) {
	s.insertSearchable()
	found, _ := s.search(queue.Filter{}, queue.Page{Before: mailID(2000), Size: 2})
	require.Equal(s.t, []int{1999, 1998}, numbers(found))
	found, _ = s.search(queue.Filter{State: queue.Held}, queue.Page{Before: mailID(5)})
	require.Equal(s.t, []int{4, 3, 2, 1, 0}, numbers(found))
	found, next := s.search(queue.Filter{}, queue.Page{Before: mailID(0)})
	require.Empty(s.t, found)
	require.Empty(s.t, next, "that is the end")
}

func testSearchTransaction(s *subject) {
	const mails = 1200
	var batch []*queue.Mail
	for n := range mails {
		m := newMail(n)
		switch n {
		case 0, 3, 1100:
			m.Transaction = mailID(0)
		case 1:
			m.Transaction = mailID(1)
		}
		batch = append(batch, m)
	}
	s.insert(batch...)
	require.Equal(s.t, 1, s.update(queue.OperationHold, 3))
	for _, test := range []struct {
		filter queue.Filter
		want   []int
	}{
		{queue.Filter{Transaction: mailID(0)}, []int{1100, 3, 0}},
		{queue.Filter{Transaction: mailID(1)}, []int{1}},
		{queue.Filter{Transaction: mailID(0)[1:]}, []int{}},
		{queue.Filter{Transaction: mailID(2)}, []int{}},
		{queue.Filter{Transaction: mailID(0), State: queue.Held}, []int{3}},
		{queue.Filter{Transaction: mailID(0), IDs: []string{mailID(0), mailID(1)}}, []int{0}},
	} {
		require.Equal(s.t, test.want, s.searchAll(test.filter, 2), "%+v", test.filter)
		s.requireMatches(test.filter, test.want...)
	}
	n, _ := s.walk(queue.Filter{Transaction: mailID(0)}, queue.Change{Operation: queue.OperationDelete})
	require.Equal(s.t, 3, n)
	require.Equal(s.t, mails-3, s.total())
}
