package queue

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// claimed returns a mail with as many pending recipients.
func claimed(recipients int, change func(c *Claimed)) *Claimed {
	c := &Claimed{Lease: Lease{"id", 7}, Mail: Mail{Expires: noon.Add(time.Hour)}}
	for i := range recipients {
		to := fmt.Sprintf("r%d@x.example", i)
		// Of a mail with more recipients, those before 5 are settled already.
		c.Pending = append(c.Pending, Recipient{Index: 5 + i, To: to})
		c.Mail.To = append(c.Mail.To, to)
	}
	if change != nil {
		change(c)
	}
	return c
}

// show writes a Finish in short: the recipients' states with their last
// outcomes, what is counted, and when the mail is due again.
func show(f Finish) string {
	var parts []string
	for _, r := range f.Recipients {
		state := [...]string{"pending", "delivered", "failed", "uncertain"}[r.State]
		parts = append(parts, fmt.Sprintf("%d %s(%s)", r.Index-5, state, r.Last.Outcome))
	}
	for i, set := range []bool{f.Attempt, f.Doubt, f.Alone} {
		if set {
			parts = append(parts, [...]string{"attempt", "doubt", "alone"}[i])
		}
	}
	if f.Retry != 0 {
		parts = append(parts, "in "+f.Retry.String())
	}
	return strings.Join(parts, ", ")
}

func TestSettle(t *testing.T) {
	once := func(c *Claimed) { c.Mail.Once = true }
	doubted := func(c *Claimed) { c.Pending[0].Last = host.Report{Outcome: host.Uncertain, Text: "silence"} }
	dying := func(c *Claimed) { c.Mail.Expires = noon.Add(9 * time.Minute) } // before the retry, after the probe
	lapsed := func(c *Claimed) { c.Lapsed = true; doubt(c, noon) }
	dead := func(c *Claimed) { c.Mail.Expires = noon.Add(time.Second) }
	for _, tt := range []struct {
		outcomes string
		change   func(c *Claimed)
		want     string
	}{
		{"delivered", nil, "0 delivered(delivered), attempt"},
		{"permanent", nil, "0 failed(permanent), attempt"},
		{"transient", nil, "0 pending(transient), attempt, in 10m0s"},
		{"uncertain", nil, "0 pending(uncertain), attempt, doubt, alone, in 10m0s"},
		{"unreachable", nil, "0 pending(unreachable), in 2s"},
		{"unsent", nil, ""},

		{"delivered", once, "0 delivered(delivered), attempt"},
		{"permanent", once, "0 failed(permanent), attempt"},
		{"transient", once, "0 pending(transient), attempt, in 10m0s"},
		{"uncertain", once, "0 uncertain(uncertain), attempt, doubt"},
		{"unreachable", once, "0 pending(unreachable), in 2s"},
		{"unsent", once, ""},

		{"delivered transient permanent", nil, "0 delivered(delivered), 1 pending(transient), 2 failed(permanent), attempt, in 10m0s"},
		{"delivered permanent", nil, "0 delivered(delivered), 1 failed(permanent), attempt"},
		{"delivered uncertain", once, "0 delivered(delivered), 1 uncertain(uncertain), attempt, doubt"},
		{"transient uncertain", once, "0 pending(transient), 1 uncertain(uncertain), attempt, doubt, in 10m0s"},
		{"unreachable transient", nil, "0 pending(unreachable), 1 pending(transient), attempt, in 10m0s"},
		{"transient unreachable", nil, "0 pending(transient), 1 pending(unreachable), attempt, in 10m0s"},
		{"unsent delivered", nil, "1 delivered(delivered), attempt"},
		{"unsent unreachable", nil, "1 pending(unreachable), in 2s"},

		{"unsent", doubted, "alone"},
		{"unreachable", doubted, "alone, in 2s"},
		{"transient", doubted, "0 pending(transient), attempt, in 10m0s"},
		{"delivered", doubted, "0 delivered(delivered), attempt"},
		{"delivered unsent", doubted, "0 delivered(delivered), attempt"},
		{"uncertain", doubted, "0 pending(uncertain), attempt, doubt, alone, in 10m0s"},

		{"unsent", lapsed, "0 pending(uncertain), alone"},
		{"unreachable", lapsed, "0 pending(uncertain), alone, in 2s"},
		{"transient", lapsed, "0 pending(transient), attempt, in 10m0s"},
		{"delivered unsent", lapsed, "0 delivered(delivered), 1 pending(uncertain), attempt, alone"},
		{"uncertain", lapsed, "0 pending(uncertain), attempt, doubt, alone, in 10m0s"},

		{"transient", dying, "0 failed(transient), attempt, in 10m0s"},
		{"uncertain", dying, "0 failed(uncertain), attempt, doubt, alone, in 10m0s"},
		{"unreachable", dying, "0 pending(unreachable), in 2s"},
		{"unreachable", dead, "0 failed(unreachable), in 2s"},
		{"delivered transient", dying, "0 delivered(delivered), 1 failed(transient), attempt, in 10m0s"},
		{"unsent", dead, ""},
	} {
		t.Run(tt.outcomes+" "+tt.want, func(t *testing.T) {
			var reports []host.Report
			for word := range strings.FieldsSeq(tt.outcomes) {
				reports = append(reports, host.Report{Outcome: outcomes[word], Text: "words"})
			}
			c := claimed(len(reports), tt.change)
			f := settle(c, reports, terms{now: noon, retry: 10 * time.Minute, probe: 2 * time.Second})
			require.Equal(t, tt.want, show(f))
			require.Equal(t, c.Lease, f.Lease)
			require.Empty(t, f.Failed)
			for _, r := range f.Recipients {
				want := "words"
				if r.State == RecipientFailed && r.Last.Outcome != host.Permanent {
					want = "expired: words"
				}
				if r.State == RecipientFailed && r.Last.Outcome == host.Uncertain {
					want = "expired, and may have been delivered: words"
				}
				if c.Lapsed && reports[r.Index-5].Outcome == host.Unsent || c.Lapsed && reports[r.Index-5].Outcome == host.Unreachable {
					want = LapsedAttempt(1, noon).Report.Text
				}
				require.Equal(t, want, r.Last.Text)
			}
		})
	}
}

func TestSetAside(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(c *Claimed)
		aside  bool
		want   string
		last   string
		failed string
	}{
		{name: "to be sent", change: func(*Claimed) {}},
		{name: "lapsed", change: func(c *Claimed) { c.Lapsed = true }},
		{name: "once", change: func(c *Claimed) { c.Mail.Once = true }},
		{name: "expires now", change: func(c *Claimed) { c.Mail.Expires = noon }},
		{
			name: "expired", change: func(c *Claimed) { c.Mail.Expires = noon.Add(-1) },
			aside: true, want: "0 failed(unsent), 1 failed(unsent)", last: "expired: it was never tried",
		},
		{
			name: "expired after words",
			change: func(c *Claimed) {
				c.Mail.Expires = noon.Add(-1)
				c.Pending[1].Last = host.Report{Outcome: host.Transient, Text: "full"}
			},
			aside: true, want: "0 failed(unsent), 1 failed(transient)", last: "expired: full",
		},
		{
			name: "lapsed and expired", change: func(c *Claimed) { c.Lapsed, c.Mail.Expires = true, noon.Add(-1) },
			aside: true, want: "0 failed(uncertain), 1 failed(uncertain)",
			last: "expired, and may have been delivered: the process that sent it ended before it recorded the outcome",
		},
		{
			name: "once, lapsed", change: func(c *Claimed) { c.Lapsed, c.Mail.Once = true, true },
			aside: true, want: "0 uncertain(uncertain), 1 uncertain(uncertain)",
			last: "the process that sent it ended before it recorded the outcome",
		},
		{
			name: "once, lapsed and expired",
			change: func(c *Claimed) {
				c.Lapsed, c.Mail.Once, c.Mail.Expires = true, true, noon.Add(-1)
			},
			aside: true, want: "0 uncertain(uncertain), 1 uncertain(uncertain)",
			last: "the process that sent it ended before it recorded the outcome",
		},
		{
			name: "undecodable", change: func(c *Claimed) { c.Err = errors.New("bad row") },
			aside: true, failed: "bad row",
		},
		{
			name: "undecodable, with a long error", change: func(c *Claimed) { c.Err = errors.New(strings.Repeat("x", 5000)) },
			aside: true, failed: strings.Repeat("x", maxWords),
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := claimed(2, tt.change)
			if c.Lapsed {
				doubt(c, noon)
			}
			f, aside := setAside(c, noon)
			require.Equal(t, tt.aside, aside)
			require.Equal(t, tt.want, show(f))
			require.Equal(t, tt.failed, f.Failed)
			if tt.want != "" {
				require.Equal(t, tt.last, f.Recipients[1].Last.Text)
			}
			require.Equal(t, RecipientPending, c.Pending[0].State, "what was claimed is not changed")
		})
	}
}
