package storetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

var auditRules = []rule{
	{"what operators did is logged, newest first", testAudit},
	{"the log of operators is paged", testAuditPages},
	{"the log of operators is kept for some time", testAuditClean},
}

func (s *subject) audit(lines ...queue.Audit) {
	s.t.Helper()
	for _, line := range lines {
		require.NoError(s.t, s.store.Audit(s.t.Context(), line))
	}
}

func (s *subject) audits(before int64, size int) []queue.Audit {
	s.t.Helper()
	lines, err := s.store.Audits(s.t.Context(), before, size)
	require.NoError(s.t, err)
	return lines
}

func testAudit(s *subject) {
	require.Empty(s.t, s.audits(0, 0))
	want := []queue.Audit{
		{},
		{Who: "Ann “7” \\ '%'", What: "delete", Which: `state:failed subject:"two words"`, Mails: 1_000_000, Error: "disk full"},
		{Who: "ann", What: "pause", Which: "*", Number: 99, At: time.Now().Add(-9 * far)},
	}
	s.audit(want...)
	lines := s.audits(0, 0)
	require.Len(s.t, lines, 3)
	for i, line := range lines {
		require.WithinDuration(s.t, time.Now(), line.At, far, "At is set by the store")
		require.Positive(s.t, line.Number, "Number is set by the store")
		require.True(s.t, i == 0 || line.Number < lines[i-1].Number, "a later line has a higher number")
		of := want[2-i]
		of.Number, of.At = line.Number, line.At
		require.Equal(s.t, of, line)
	}
}

func testAuditPages(s *subject) {
	const many = 503
	for n := range many {
		s.audit(queue.Audit{Mails: n})
	}
	all := s.audits(0, 500)
	require.Len(s.t, all, 500)
	require.Equal(s.t, many-1, all[0].Mails)
	for _, test := range []struct {
		before      int64
		size        int
		first, last int // their Mails
	}{
		{0, 0, many - 1, many - 50},
		{0, -1, many - 1, many - 50},
		{0, 3, many - 1, many - 3},
		{0, 1 << 30, many - 1, many - 500},
		{all[0].Number + 1, 1, many - 1, many - 1},
		{all[0].Number, 2, many - 2, many - 3},
		{all[499].Number, 0, 2, 0},
	} {
		var got []int
		for _, line := range s.audits(test.before, test.size) {
			got = append(got, line.Mails)
		}
		require.Equal(s.t, descending(test.first, test.last, 1), got, "%+v", test)
	}
}

func testAuditClean(s *subject) {
	keep := keepAll
	// Again with more time in between, where the machine is too slow to keep the new one.
	var lines []queue.Audit
	for try := 1; try < 10 && len(lines) == 0; try++ {
		s.audit(queue.Audit{Who: "old"})
		for n := range try {
			s.pass(10*try + n)
		}
		passed := time.Now()
		s.audit(queue.Audit{Who: "new"})
		require.Zero(s.t, s.clean(keepAll))
		require.Len(s.t, s.audits(0, 0), 2)
		keep.Audit = time.Since(passed) + time.Duration(try)*10*soon // the old one is twice that older
		_, err := s.store.Clean(s.t.Context(), keep)
		require.NoError(s.t, err)
		lines = s.audits(0, 0)
	}
	require.Len(s.t, lines, 1)
	require.Equal(s.t, "new", lines[0].Who)

	for range 1100 {
		s.audit(queue.Audit{})
	}
	keep.Audit = -1
	n, err := s.store.Clean(s.t.Context(), keep)
	require.NoError(s.t, err)
	require.LessOrEqual(s.t, n, 1000, "a small batch")
	require.Equal(s.t, 1101, n+s.clean(keep))
	require.Empty(s.t, s.audits(0, 0))
}
