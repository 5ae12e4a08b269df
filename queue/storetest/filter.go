package storetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

var filterRules = []rule{
	{"a filter's conditions are met one by one", testFilterEach},
	{"a filter's conditions are met all at once", testFilterTogether},
	{"a filter matches by when a mail was committed", testFilterTimes},
}

// insertFilterable stores mails that differ in everything that a filter knows:
// all are outgoing, and of mail 2 there are last words.
func (s *subject) insertFilterable() {
	s.t.Helper()
	zero := newMail(0, "ann@example.com", "Bob@Example.ORG", "o'hara@example.net")
	zero.Subject, zero.Meta = "Your ORDER 7", map[string]string{"order": "7", "shop": "a", "gift": ""}
	one := newMail(1, "carl@example.com")
	one.Subject, one.Meta = `50% off_all \ "Größe"`, map[string]string{"order": "77", `a.b"c`: "x\ny"}
	one.Lane, one.Route, one.From = queue.Bulk, "a", ""
	two := newMail(2, "dora@example.com", "carl@example.org")
	two.Subject, two.Lane = "", queue.Immediate
	zero.Transaction, two.Transaction = mailID(0), mailID(0)
	s.insert(zero, one, two)
	s.finish(queue.Finish{Lease: s.claim(queue.Want{ImmediateOnly: true, Mails: 1}).Mails[0].Lease, Recipients: []queue.Recipient{
		{Index: 1, Last: host.Report{Outcome: host.Transient, Text: "Mailbox 100% full"}},
	}})
}

func pointer[T any](v T) *T { return &v }

func meta(pairs ...string) queue.Filter {
	f := queue.Filter{Meta: map[string]string{}}
	for i := 0; i < len(pairs); i += 2 {
		f.Meta[pairs[i]] = pairs[i+1]
	}
	return f
}

var filterCases = []struct {
	filter queue.Filter
	want   []int // newest first
}{
	{queue.Filter{}, []int{2, 1, 0}},
	{queue.Filter{All: true}, []int{2, 1, 0}},
	{queue.Filter{All: true, To: "ann@"}, []int{0}}, // All is no condition
	{byNumber(2, 0, 9, 2), []int{2, 0}},
	{byNumber(), []int{}},
	{queue.Filter{IDs: []string{"", "'", mailID(1)[1:], "%"}}, []int{}},
	{queue.Filter{Lane: pointer(queue.Normal)}, []int{0}},
	{queue.Filter{Lane: pointer(queue.Bulk)}, []int{1}},
	{queue.Filter{Lane: pointer(queue.Immediate)}, []int{2}},
	{queue.Filter{Route: pointer("")}, []int{2, 0}},
	{queue.Filter{Route: pointer("a")}, []int{1}},
	{queue.Filter{Route: pointer("A")}, []int{}},
	{queue.Filter{To: "ann@example.com"}, []int{0}},
	{queue.Filter{To: "BOB@example"}, []int{0}}, // any recipient, in either case
	{queue.Filter{To: "carl"}, []int{2, 1}},
	{queue.Filter{To: "o'hara"}, []int{0}},
	{queue.Filter{To: "com,"}, []int{}},
	{queue.Filter{To: "%"}, []int{}},
	{queue.Filter{To: "c_rl"}, []int{}},
	{queue.Filter{To: "@example.com"}, []int{2, 1, 0}}, // the whole domain
	{queue.Filter{To: "@example.ORG"}, []int{2, 0}},
	{queue.Filter{To: "@example.net"}, []int{0}},
	{queue.Filter{To: "@example"}, []int{}},
	{queue.Filter{To: "@xample.com"}, []int{}},
	{queue.Filter{To: "@_xample.com"}, []int{}},
	{queue.Filter{To: "@"}, []int{}},
	{queue.Filter{Words: []string{"CARL"}}, []int{2, 1}},
	{queue.Filter{Words: []string{"order"}}, []int{0}},
	{queue.Filter{Words: []string{"shop@"}}, []int{2, 0}},
	{queue.Filter{Words: []string{"shop@", "carl"}}, []int{2}},
	{queue.Filter{Words: []string{"o'hara", "order", "EXAMPLE.net", "7"}}, []int{0}},
	{queue.Filter{Words: []string{"carl", "order"}}, []int{}},
	{queue.Filter{Words: []string{"full"}}, []int{}}, // last words are not among them
	{queue.Filter{Words: []string{"%"}}, []int{1}},
	{queue.Filter{Words: []string{"größe", ""}}, []int{1}},
	{queue.Filter{Words: []string{}}, []int{2, 1, 0}},
	{queue.Filter{Transaction: mailID(0)}, []int{2, 0}},
	{queue.Filter{Transaction: mailID(1)}, []int{}},
	{queue.Filter{From: "SHOP@"}, []int{2, 0}},
	{queue.Filter{From: "ann@"}, []int{}},
	{queue.Filter{Subject: "order"}, []int{0}},
	{queue.Filter{Subject: "0%"}, []int{1}},
	{queue.Filter{Subject: "off_a"}, []int{1}},
	{queue.Filter{Subject: "r_order"}, []int{}},
	{queue.Filter{Subject: `\ "`}, []int{1}},
	{queue.Filter{Subject: "größe"}, []int{1}},
	{queue.Filter{Subject: "GRÖSSE"}, []int{}},
	{queue.Filter{Subject: "gRÖße"}, []int{}}, // not an ASCII letter
	{queue.Filter{Subject: "*"}, []int{}},
	{queue.Filter{Last: "mailBOX 100%"}, []int{2}},
	{queue.Filter{Last: "mailbox%full"}, []int{}},
	{meta(), []int{2, 1, 0}},
	{meta("order", "7"), []int{0}},
	{meta("order", "77"), []int{1}},
	{meta("ORDER", "7"), []int{}},
	{meta("order", "7", "shop", "a"), []int{0}},
	{meta("order", "7", "shop", "A"), []int{}},
	{meta("order", "77", "shop", "a"), []int{}},
	{meta("gift", ""), []int{0}}, // not where it is missing
	{meta(`a.b"c`, "x\ny"), []int{1}},
	{meta("a", ""), []int{}},
}

// testFilterEach holds mail by the filter, too, and releases it.
func testFilterEach(s *subject) {
	s.insertFilterable()
	for _, test := range filterCases {
		s.requireMatches(test.filter, test.want...)
		require.Equal(s.t, len(test.want), s.change(queue.Change{Operation: queue.OperationHold}, test.filter), "%+v", test.filter)
		held := test.filter
		held.State = queue.Held
		s.requireMatches(held, test.want...)
		require.Equal(s.t, len(test.want), s.change(queue.Change{Operation: queue.OperationRelease}, held), "%+v", held)
	}
}

// requireMatches checks that a list and a count hold these mails.
func (s *subject) requireMatches(filter queue.Filter, want ...int) {
	s.t.Helper()
	require.Equal(s.t, append([]int{}, want...), numbers(s.list(filter, queue.Page{})), "%+v", filter)
	count := 0
	for _, n := range s.count(filter) {
		count += n
	}
	require.Equal(s.t, len(want), count, "%+v", filter)
}

func testFilterTogether(s *subject) {
	s.insertFilterable()
	whole := queue.Filter{
		IDs: []string{mailID(2), mailID(0)}, State: queue.Outgoing, Lane: pointer(queue.Immediate), Route: pointer(""),
		To: "dora", From: "shop", Last: "full", Words: []string{"dora", "carl"}, Transaction: mailID(0), Since: s.get(2).Queued, Until: s.get(2).Queued.Add(far),
	}
	s.requireMatches(whole, 2)
	for name, change := range map[string]func(f *queue.Filter){
		"IDs":         func(f *queue.Filter) { f.IDs = f.IDs[1:] },
		"State":       func(f *queue.Filter) { f.State = queue.Deferred },
		"Lane":        func(f *queue.Filter) { f.Lane = pointer(queue.Normal) },
		"Route":       func(f *queue.Filter) { f.Route = pointer("a") },
		"To":          func(f *queue.Filter) { f.To = "ann" },
		"From":        func(f *queue.Filter) { f.From = "ann" },
		"Subject":     func(f *queue.Filter) { f.Subject = "order" },
		"Last":        func(f *queue.Filter) { f.Last = "busy" },
		"Words":       func(f *queue.Filter) { f.Words = append(f.Words, "ann") },
		"Transaction": func(f *queue.Filter) { f.Transaction = mailID(2) },
		"Meta":        func(f *queue.Filter) { f.Meta = map[string]string{"order": "7"} },
		"Since":       func(f *queue.Filter) { f.Since = f.Until },
		"Until":       func(f *queue.Filter) { f.Until = f.Since },
	} {
		other := whole
		change(&other)
		require.Empty(s.t, s.list(other, queue.Page{}), name)
		require.Zero(s.t, s.change(queue.Change{Operation: queue.OperationDelete}, other), name)
	}
	require.Equal(s.t, 1, s.change(queue.Change{Operation: queue.OperationDelete}, whole))
	s.requireMatches(queue.Filter{}, 1, 0)
}

func testFilterTimes(s *subject) {
	s.insert(newMail(1))
	queued := s.get(1).Queued
	for _, test := range []struct {
		since, until time.Time
		want         []int
	}{
		{queued, time.Time{}, []int{1}}, // then or later
		{queued.Add(soon), time.Time{}, nil},
		{queued.Add(-far), time.Time{}, []int{1}},
		{time.Time{}, queued, nil}, // before
		{time.Time{}, queued.Add(soon), []int{1}},
		{queued, queued.Add(soon), []int{1}},
		{queued.Add(-far), queued, nil},
		{time.Time{}, time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC), []int{1}}, // times that no store can write down
		{time.Time{}, time.Date(1_000_000, 1, 1, 0, 0, 0, 0, time.UTC), []int{1}},
		{time.Date(1_000_000, 1, 1, 0, 0, 0, 0, time.UTC), time.Time{}, nil},
		{time.Date(-1_000_000, 1, 1, 0, 0, 0, 0, time.UTC), time.Time{}, []int{1}},
		{time.Time{}, time.Date(-1_000_000, 1, 1, 0, 0, 0, 0, time.UTC), nil},
		{queued.In(time.FixedZone("", 3600)), queued.Add(soon).UTC(), []int{1}},
	} {
		filter := queue.Filter{Since: test.since, Until: test.until}
		s.requireMatches(filter, test.want...)
		retry := queue.Change{Operation: queue.OperationReschedule}
		require.Equal(s.t, len(test.want), s.change(retry, filter))
	}
}
