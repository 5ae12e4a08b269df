//go:build unix

package sqlite

import (
	"fmt"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

const (
	crowdSize = 1_000_000

	// SQL for the state of mail n.
	mixed   = "CASE WHEN n % 100 < 5 THEN 1 WHEN n % 1000 = 5 THEN 3 WHEN n % 1000 = 6 THEN 4 ELSE 6 END"
	pending = "1"
)

// openCrowd returns a store of a million mails, filled by SQL. Every 1000th is of the
// lane bulk, and that far apart are the words "needle" of recipients, subjects and
// replies.
func openCrowd(b *testing.B, state string) *Store {
	s, _ := openNew(b)
	for first := 0; first < crowdSize; first += 50_000 {
		require.NoError(b, s.write(b.Context(), func(w *writer) error {
			for _, query := range []string{fillMails(state), fillRecipients, fillBodies} {
				if _, err := w.exec(query, first); err != nil {
					return err
				}
			}
			return w.insertRoute("")
		}))
	}
	return s
}

const numbers50000 = "WITH RECURSIVE number (n) AS (SELECT ?1 + 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?1 + 50000) "

func fillMails(state string) string {
	return "INSERT INTO mailhost_mail (seq, id, state, lane, route, due, queued, not_before, expires, sender, key, once, subject, meta, size, last, transaction_id) " +
		numbers50000 + `SELECT n, printf('%026d', n), ` + state + `, iif(n % 1000 = 0, 2, 1), '', n * 1000 + (n * 7919) % 100000, n * 1000, 0, 1 << 60,
			'shop@example.com', '', 0, 'Your order ' || n || iif(n % 1000 = 7, ' needle', ''), '{"order":"' || n || '"}', 500,
			'250 2.0.0 Ok: queued as ' || n || iif(n % 1000 = 6, ' needle', ''), iif(n % 100000 IN (1, 2), printf('%026d', n - n % 100000 + 1), '')
		FROM number`
}

const fillRecipients = "INSERT INTO mailhost_recipient (mail, place, address) " + numbers50000 +
	"SELECT n, 0, 'reader' || n || '@' || iif(n % 1000 = 8, 'needle', 'host' || (n % 500)) || '.example' FROM number"

const fillBodies = "INSERT INTO mailhost_body (mail, data) " + numbers50000 + "SELECT n, zeroblob(500) FROM number"

func searches() map[string]queue.Filter {
	words := make([]string, 50)
	for i := range words {
		words[i] = "example"
	}
	words[49] = "nothing"
	return map[string]queue.Filter{
		"all":                          {},
		"state":                        {State: queue.Failed},
		"words that match nothing":     {Words: []string{"nothing"}},
		"50 words that match nothing":  {Words: words},
		"words, rare":                  {Words: []string{"needle", "order"}},
		"domain":                       {To: "@needle.example"},
		"domain, none":                 {To: "@nothing.example"},
		"from, none":                   {From: "nothing"},
		"subject, none":                {Subject: "nothing"},
		"reply, none":                  {Last: "nothing"},
		"reply, rare":                  {Last: "needle"},
		"state and text":               {State: queue.Failed, To: "reader9"},
		"outgoing and text, none":      {State: queue.Outgoing, Subject: "nothing"},
		"deferred, none of many":       {State: queue.Deferred},
		"sent and words, none":         {State: queue.Sent, Words: []string{"nothing"}},
		"transaction":                  {Transaction: fmt.Sprintf("%026d", 100_001)},
		"transaction, none":            {Transaction: "nothing"},
		"ids":                          {IDs: []string{fmt.Sprintf("%026d", 5), fmt.Sprintf("%026d", 999_999)}},
		"meta, none":                   {Meta: map[string]string{"order": "nothing"}},
		"lane, rare":                   {Lane: lanePointer(queue.Bulk)},
		"route, none":                  {Route: new(string)},
		"committed before all of them": {Until: time.UnixMicro(1)},
	}
}

// cpu returns how much time of a CPU this process has had, in milliseconds. On a machine that
// others use that tells more than the time of day.
func cpu(b *testing.B) float64 {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e6
}

func lanePointer(l queue.Lane) *queue.Lane { return &l }

// BenchmarkSearch searches a million mails to the end, again and again. An operation is
// one call, of which it tells how long the slowest took, and how many of the million
// it passed.
func BenchmarkSearch(b *testing.B) {
	s := openCrowd(b, mixed)
	for name, filter := range searches() {
		b.Run(name, func(b *testing.B) {
			var slowest time.Duration
			passed, page, at := 0, queue.Page{Size: 50}, crowdSize+1
			before := cpu(b)
			for b.Loop() {
				begin := time.Now()
				_, next, err := s.Search(b.Context(), filter, page)
				slowest = max(slowest, time.Since(begin))
				require.NoError(b, err)
				to, _ := strconv.Atoi(next) // 0 at the end
				passed += at - to
				if page.Before, at = next, to; next == "" {
					at = crowdSize + 1
				}
			}
			b.ReportMetric((cpu(b)-before)/float64(b.N), "cpu-ms/op")
			b.ReportMetric(float64(slowest)/1e6, "slowest-ms")
			b.ReportMetric(float64(passed)/float64(b.N), "passed/op")
		})
	}
}

// BenchmarkCensus takes what looks at all that waits, of a million.
func BenchmarkCensus(b *testing.B) {
	for name, state := range map[string]string{"a twentieth waits": mixed, "all wait": pending} {
		s := openCrowd(b, state)
		for what, take := range map[string]func() error{
			"Totals": func() error { _, err := s.Totals(b.Context()); return err },
			"Count":  func() error { _, err := s.Count(b.Context(), queue.Filter{}); return err },
			"Shape": func() error {
				shape, err := s.Shape(b.Context(), queue.AnyState, 20)
				if err == nil && shape.Looked == 0 {
					err = fmt.Errorf("looked at none")
				}
				return err
			},
		} {
			b.Run(name+"/"+what, func(b *testing.B) {
				before := cpu(b)
				for b.Loop() {
					require.NoError(b, take())
				}
				b.ReportMetric((cpu(b)-before)/float64(b.N), "cpu-ms/op")
			})
		}
	}
}
