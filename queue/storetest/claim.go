package storetest

import (
	"errors"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

var claimRules = []rule{
	{"mail is claimed by lane, then due, then id", testClaimOrder},
	{"a batch is of one route", testClaimOneRoute},
	{"a batch is limited by number and bytes", testClaimLimits},
	{"a batch's limit holds across lanes", testClaimLimitsAcrossLanes},
	{"only immediate mail is claimed where asked for", testClaimImmediateOnly},
	{"mail is not claimed before it is due", testClaimNotDue},
	{"a claim has the pending recipients only", testClaimPending},
	{"a mail to go alone is claimed alone", testClaimAlone},
	{"many that claim at once claim each mail once", testClaimRace},
}

func testClaimOrder(s *subject) {
	mail := func(n int, lane queue.Lane, ago time.Duration) *queue.Mail {
		m := newMail(n)
		m.Lane, m.NotBefore = lane, time.Now().Add(-ago)
		return m
	}
	old := 2 * far
	sameDue := mail(1, queue.Normal, far)
	second := mail(8, queue.Normal, far)
	second.NotBefore = sameDue.NotBefore
	s.insert(second, sameDue, mail(2, queue.Bulk, old), mail(3, queue.Immediate, far), mail(4, queue.Normal, old),
		mail(5, queue.Immediate, old), mail(6, queue.Bulk, 3*far), mail(7, queue.Immediate, -far))
	require.Equal(s.t, []int{5, 3, 4, 1, 8, 6, 2}, ids(s.claim(all)))
}

func testClaimOneRoute(s *subject) {
	for n, route := range []string{"a", "b", "a", "", "b", "a"} {
		m := newMail(n)
		m.Route, m.NotBefore = route, time.Now().Add(time.Duration(n-100)*time.Second)
		if n == 4 {
			m.Lane = queue.Immediate
		}
		s.insert(m)
	}
	for _, want := range []struct {
		route string
		mails []int
	}{
		{"b", []int{4, 1}}, // the most urgent mail chooses the route
		{"a", []int{0, 2, 5}},
		{"", []int{3}},
	} {
		batch := s.claim(all)
		require.Equal(s.t, want.route, batch.Route)
		require.Equal(s.t, want.mails, ids(batch))
		require.False(s.t, batch.Probe)
		require.WithinDuration(s.t, time.Now(), batch.Now, far)
	}
}

func testClaimLimits(s *subject) {
	for n := range 12 {
		m := newMail(n)
		m.Data = m.Data[:10]
		s.insert(m)
	}
	for _, test := range []struct{ mails, bytes, want int }{
		{2, 1 << 20, 2},
		{100, 20, 2},
		{100, 21, 3}, // the one that passes the limit is still taken
		{100, 1, 1},
		{0, 0, 1}, // one always
		{100, 25, 3},
	} {
		batch := s.claim(queue.Want{Mails: test.mails, Bytes: test.bytes, Lease: far})
		require.Len(s.t, batch.Mails, test.want, "of at most %d mails and %d bytes", test.mails, test.bytes)
	}
	s.claimNone(all)
}

func testClaimLimitsAcrossLanes(s *subject) {
	for n := range 9 {
		m := newMail(n)
		m.Lane = queue.Lanes[n/3]
		m.Data = m.Data[:10]
		s.insert(m)
	}
	require.Equal(s.t, []int{0, 1, 2, 3}, ids(s.claim(queue.Want{Mails: 4, Bytes: 1 << 20, Lease: far})))
	require.Equal(s.t, []int{4, 5, 6}, ids(s.claim(queue.Want{Mails: 100, Bytes: 30, Lease: far})))
	require.Equal(s.t, []int{7, 8}, ids(s.claim(all)))
}

func testClaimImmediateOnly(s *subject) {
	urgent := all
	urgent.ImmediateOnly = true
	s.insert(newMail(1))
	require.Negative(s.t, s.claimNone(urgent), "no immediate mail is waiting")
	m := newMail(2)
	m.Lane = queue.Immediate
	s.insert(m)
	require.Equal(s.t, []int{2}, ids(s.claim(urgent)))
	require.Equal(s.t, []int{1}, ids(s.claim(all)))
}

func testClaimNotDue(s *subject) {
	require.Negative(s.t, s.claimNone(all), "nothing is waiting")

	hours := newMail(1)
	hours.NotBefore = time.Now().Add(2 * far)
	s.insert(hours)
	require.InDelta(s.t, 2*far, s.claimNone(all), float64(far)/2)

	// Due sooner, in the last lane: it is the one that Claim waits for.
	now := newMail(2)
	now.NotBefore, now.Lane = time.Now().Add(20*soon), queue.Bulk
	s.insert(now)
	require.Equal(s.t, []int{2}, ids(s.await(all)))

	lease := s.claimNone(all)
	require.InDelta(s.t, far, lease, float64(far)/2, "a lease may lapse: that is waited for too")
}

func testClaimPending(s *subject) {
	s.insert(newMail(1, "a@example.com", "b@example.com", "c@example.com"))
	first := s.claim(all).Mails[0]
	greylisted := host.Report{To: "c@example.com", Outcome: host.Transient, Code: 451, Enhanced: "4.7.1",
		Text: "come back", Relay: "mx:25", Alarm: true}
	s.finish(queue.Finish{Lease: first.Lease, Attempt: true, Recipients: []queue.Recipient{
		{Index: 1, State: queue.RecipientDelivered},
		{Index: 2, Last: greylisted},
	}})
	again := s.claim(all).Mails[0]
	require.Equal(s.t, []string{"a@example.com", "c@example.com"}, again.Mail.To)
	require.Equal(s.t, []queue.Recipient{
		{Index: 0, To: "a@example.com"},
		{Index: 2, To: "c@example.com", Last: greylisted},
	}, again.Pending)
	require.Equal(s.t, 1, again.Attempts)
	require.Greater(s.t, again.Fence, first.Fence)
	require.False(s.t, again.Lapsed)
	require.Equal(s.t, []string{"a@example.com", "b@example.com", "c@example.com"}, s.get(1).Mail.To)
}

func testClaimAlone(s *subject) {
	s.insert(newMail(1), newMail(2), newMail(3), newMail(4))
	var finishes []queue.Finish
	for _, m := range s.claim(all).Mails {
		odd := number(m.ID)%2 == 1
		finishes = append(finishes, queue.Finish{Lease: m.Lease, Alone: odd})
	}
	require.Equal(s.t, 4, s.finish(finishes...))
	alone, others := 0, 0
	for alone+others < 4 {
		batch := s.claim(all)
		if number(batch.Mails[0].ID)%2 == 1 {
			require.Len(s.t, batch.Mails, 1, "a mail to go alone has company")
			alone++
			continue
		}
		for _, n := range ids(batch) {
			require.Zero(s.t, n%2, "mail %d was to go alone", n)
			others++
		}
	}
	require.Equal(s.t, 2, alone)
}

func testClaimRace(s *subject) {
	const mails = 320
	inserted := sideBySide(16, func(i int) error {
		var batch []*queue.Mail
		for n := i; n < mails; n += 16 {
			batch = append(batch, newMail(n))
		}
		return s.store.Insert(s.t.Context(), batch)
	})
	require.NoError(s.t, errors.Join(inserted...))

	claimed := make([][]int, 16)
	errs := sideBySide(16, func(i int) error {
		for len(claimed[i]) <= mails {
			batch, _, err := s.store.Claim(s.t.Context(), queue.Want{Mails: 7, Bytes: 1 << 20, Lease: far})
			if err != nil || batch == nil {
				return err
			}
			claimed[i] = append(claimed[i], ids(batch)...)
		}
		return errors.New("the claims do not end")
	})
	require.NoError(s.t, errors.Join(errs...))
	times := map[int]int{}
	for _, numbers := range claimed {
		for _, n := range numbers {
			times[n]++
		}
	}
	require.Len(s.t, times, mails, "each mail must be claimed")
	for n, count := range times {
		require.Equal(s.t, 1, count, "mail %d", n)
	}
}
