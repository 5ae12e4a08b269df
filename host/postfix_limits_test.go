//go:build linux

package host

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a limit of Postfix keeps from being accepted is held against no mail, and
// goes when the limit allows it.
func TestPostfixHasLimits(t *testing.T) {
	t.Parallel()
	for _, limit := range []struct {
		name, setting string
		errors        int // after which Postfix hangs up, and what it said last is lost
		logged        string
		needed        Outcome   // must have come
		others        []Outcome // may have, besides Delivered
	}{
		{"mails", "smtpd_client_message_rate_limit = 10", 1000, "Message delivery request rate limit exceeded",
			Unreachable, []Outcome{Unsent}},
		{"mails and errors", "smtpd_client_message_rate_limit = 10", 20, "Message delivery request rate limit exceeded",
			Unreachable, []Outcome{Unsent, Uncertain}},
		{"connections", "smtpd_client_connection_count_limit = 2", 1000, "Connection concurrency limit exceeded",
			Unreachable, nil},
		{"recipients", "smtpd_client_recipient_rate_limit = 10", 1000, "Recipient address rate limit exceeded",
			Transient, nil},
	} {
		t.Run(limit.name, func(t *testing.T) {
			t.Parallel()
			p := startPostfix(t, inEachMode("limit", limit.setting, "smtpd_client_event_limit_exceptions =",
				"smtpd_error_sleep_time = 0", fmt.Sprintf("smtpd_hard_error_limit = %d", limit.errors))...)
			senders := p.inEachMode(t, "limit", 30, Timeouts{})
			for _, r := range senders {
				r.batch = 8
			}
			runAll(t, senders)
			arrived := p.arrivals(t)
			for i, r := range senders {
				r.requireExactly(t, arrived)
				p.requireLogged(t, "limit-"+modes[i].name+"/smtpd", limit.logged)
				require.NotZero(t, r.reports[limit.needed], modes[i].name)
				for outcome := range r.reports {
					require.Contains(t, append(limit.others, limit.needed, Delivered), outcome, "%s: %v", modes[i].name, r.reports)
				}
				t.Logf("%s: %v", modes[i].name, r.reports)
			}
		})
	}
}
