package storetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

var listRules = []rule{
	{"a list is paged, newest first", testListPages},
	{"a list and a count are filtered by queue and route", testListFilters},
	{"a list tells what is known of a mail", testListEntry},
	{"a mail that is not there is not found", testGetNotFound},
}

// numbers returns the numbers of the listed mails.
func numbers(entries []queue.Entry) []int {
	list := []int{}
	for _, e := range entries {
		list = append(list, number(e.ID))
	}
	return list
}

func testListPages(s *subject) {
	require.Empty(s.t, s.list(queue.Filter{}, queue.Page{}))
	var mails []*queue.Mail
	for n := range 510 {
		mails = append(mails, newMail((n*7)%510))
	}
	s.insert(mails...)
	for _, test := range []struct {
		page   queue.Page
		newest int
		length int
	}{
		{queue.Page{}, 509, 50},
		{queue.Page{Size: 3}, 509, 3},
		{queue.Page{Size: 500}, 509, 500},
		{queue.Page{Size: 1 << 30}, 509, 500},
		{queue.Page{Size: -1}, 509, 50},
		{queue.Page{Before: mailID(500), Size: 3}, 499, 3},
		{queue.Page{Before: mailID(2)}, 1, 2},
		{queue.Page{Before: mailID(0)}, -1, 0},
		{queue.Page{Before: mailID(1000), Size: 2}, 509, 2},
	} {
		want := []int{}
		for i := range test.length {
			want = append(want, test.newest-i)
		}
		require.Equal(s.t, want, numbers(s.list(queue.Filter{}, test.page)), "%+v", test.page)
	}
}

func testListFilters(s *subject) {
	s.insertInEveryState()
	a, b, none := "a", "", "none"
	for _, test := range []struct {
		filter queue.Filter
		want   []int
	}{
		{queue.Filter{}, []int{6, 5, 4, 3, 2, 1, 0}},
		{queue.Filter{State: queue.Outgoing}, []int{6, 5}},
		{queue.Filter{State: queue.Deferred}, []int{4, 3}},
		{queue.Filter{State: queue.Uncertain}, []int{2}},
		{queue.Filter{State: queue.Failed}, []int{1}},
		{queue.Filter{State: queue.Sent}, []int{0}},
		{queue.Filter{State: queue.Held}, []int{}},
		{queue.Filter{Route: &a}, []int{6, 4, 2, 0}},
		{queue.Filter{Route: &b}, []int{5, 3, 1}},
		{queue.Filter{Route: &none}, []int{}},
		{queue.Filter{Route: &a, State: queue.Deferred}, []int{4}},
	} {
		listed := s.list(test.filter, queue.Page{})
		require.Equal(s.t, test.want, numbers(listed), "%+v", test.filter)
		counts := map[queue.State]int{}
		for _, e := range listed {
			counts[e.State]++
			require.Equal(s.t, e, s.get(number(e.ID)).Entry)
		}
		for _, state := range queue.States {
			require.Equal(s.t, counts[state], s.count(test.filter)[state], "%+v: %v", test.filter, state)
		}
	}
	require.Equal(s.t, []int{5}, numbers(s.list(queue.Filter{State: queue.Outgoing}, queue.Page{Before: mailID(6)})))
}

// insertInEveryState stores mail 0 as sent, 1 failed, 2 uncertain, 3 deferred by
// a retry, 4 deferred from the start, 5 being sent and 6 outgoing; even ones
// for route a.
func (s *subject) insertInEveryState() {
	s.t.Helper()
	settle := map[int]queue.RecipientState{
		0: queue.RecipientDelivered, 1: queue.RecipientFailed, 2: queue.RecipientUncertain, 3: queue.RecipientPending,
	}
	for n := range 7 {
		m := newMail(n)
		if n%2 == 0 {
			m.Route = "a"
		}
		if n == 4 {
			m.NotBefore = time.Now().Add(far)
		}
		s.insert(m)
		if state, ok := settle[n]; ok {
			s.finish(queue.Finish{
				Lease: s.claim(all).Mails[0].Lease, Attempt: true, Retry: far,
				Recipients: []queue.Recipient{{State: state, Last: host.Report{Code: 250 + n, Text: "words"}}},
			})
		}
		if n == 5 {
			s.claim(all)
		}
	}
}

func testListEntry(s *subject) {
	m := fullMail(1)
	s.insert(m, newMail(2))
	entry := s.list(queue.Filter{}, queue.Page{})[1]
	require.WithinDuration(s.t, time.Now(), entry.Queued, far)
	require.WithinDuration(s.t, m.NotBefore, entry.Due, time.Millisecond)
	require.WithinDuration(s.t, m.Expires, entry.Expires, time.Millisecond)
	require.Equal(s.t, queue.Entry{
		ID: m.ID, State: queue.Outgoing, Lane: queue.Bulk, Route: "second", From: "", To: m.To[0], Recipients: 2,
		Subject: m.Subject, Transaction: m.Transaction, Queued: entry.Queued, Due: entry.Due, Expires: entry.Expires, Size: len(m.Data),
	}, entry)

	s.claim(one)
	s.claim(one)
	for _, e := range s.list(queue.Filter{}, queue.Page{}) {
		require.True(s.t, e.Sending)
		require.WithinDuration(s.t, time.Now().Add(far), e.Due, far/2)
	}
}

func testGetNotFound(s *subject) {
	s.insert(newMail(1))
	for _, id := range []string{mailID(2), "", "'", "x\x00"} {
		_, err := s.store.Get(s.t.Context(), id)
		require.ErrorIs(s.t, err, queue.ErrNotFound)
	}
}
