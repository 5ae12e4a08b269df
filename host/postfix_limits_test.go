package host

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What a limit of Postfix keeps from being accepted is held against no mail, and
// goes when the limit allows it.
func TestPostfixHasLimits(t *testing.T) {
	t.Parallel()
	for _, limit := range []struct {
		name, setting string
		logged        string
		outcomes      []Outcome // besides Delivered
		needed        Outcome   // of these, must have come
	}{
		{"mails", "smtpd_client_message_rate_limit = 20", "Message delivery request rate limit exceeded",
			[]Outcome{Unreachable, Unsent}, Unreachable},
		{"connections", "smtpd_client_connection_count_limit = 2", "Connection concurrency limit exceeded",
			[]Outcome{Unreachable}, Unreachable},
		{"recipients", "smtpd_client_recipient_rate_limit = 20", "Recipient address rate limit exceeded",
			[]Outcome{Transient, Unreachable, Unsent}, Transient},
	} {
		t.Run(limit.name, func(t *testing.T) {
			t.Parallel()
			p := startPostfix(t, inEachMode("limit", limit.setting, "smtpd_client_event_limit_exceptions =",
				"smtpd_error_sleep_time = 0")...)
			senders := p.inEachMode(t, "limit", 60, Timeouts{})
			for _, r := range senders {
				r.batch = 15
			}
			runAll(t, senders)
			arrived := p.arrivals(t)
			for i, r := range senders {
				twice, _ := r.requireExactly(t, arrived)
				require.Zero(t, twice)
				require.NotZero(t, r.reports[limit.needed], modes[i].name)
				p.requireLogged(t, "limit-"+modes[i].name+"/smtpd", limit.logged)
				seen := r.reports[Delivered]
				for _, outcome := range limit.outcomes {
					seen += r.reports[outcome]
				}
				require.Equal(t, r.total(), seen, "%s: %v", modes[i].name, r.reports)
				t.Logf("%s: %v", modes[i].name, r.reports)
			}
		})
	}
}
