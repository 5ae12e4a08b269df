//go:build linux

package host

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// refusingSenders is a table of senders whose mail Postfix refuses.
const refusingSenders = `
/^later@/   450 4.3.0 not now
/^never@/   550 5.3.0 never
/^busy@/    421 4.3.2 go away
`

// phases are where Postfix refuses.
var phases = []service{
	{"mail", []string{"smtpd_delay_reject = no", "smtpd_sender_restrictions = check_sender_access regexp:DIR/senders"}},
	{"rcpt", []string{"smtpd_recipient_restrictions = check_sender_access regexp:DIR/senders"}},
	{"data", []string{"smtpd_data_restrictions = reject_unauth_pipelining, check_sender_access regexp:DIR/senders"}},
	{"content", []string{"smtpd_end_of_data_restrictions = check_sender_access regexp:DIR/senders"}},
}

// What Postfix says to one mail, in whatever phase, is that mail's outcome, and
// its neighbours of the batch have theirs.
func TestPostfixRefusesOneMail(t *testing.T) {
	t.Parallel()
	var services []service
	for _, phase := range phases {
		services = append(services, inEachMode(phase.name, append(phase.settings, "smtpd_error_sleep_time = 0")...)...)
	}
	p := newPostfix(t, services...)
	p.write(t, "senders", refusingSenders)
	p.start(t)
	for _, phase := range phases {
		for _, mode := range modes {
			for sender, want := range map[string]Report{
				"later": {Outcome: Transient, Code: 450, Enhanced: "4.3.0"},
				"never": {Outcome: Permanent, Code: 550, Enhanced: "5.3.0"},
				"busy":  {Outcome: Transient, Code: 421, Enhanced: "4.3.2"},
			} {
				behind := []Outcome{Delivered}
				if phase.name == "mail" && sender == "busy" {
					// It may be about the relay: those behind that have not gone wait, but not with this one.
					want.Outcome, want.AtMail, behind = Unreachable, true, []Outcome{Delivered, Unsent}
				}
				t.Run(phase.name+" "+mode.name+" "+sender, func(t *testing.T) {
					h := client(t, &SMTP{Addr: p.addrs[phase.name+"-"+mode.name]})
					p.refuseTheThird(t, h, sender, want, behind)
				})
			}
		}
	}
}

// refuseTheThird sends six mails, of which the third is refused.
func (p *postfix) refuseTheThird(t *testing.T, h *SMTP, sender string, want Report, behind []Outcome) {
	mails := numbered(6)
	mails[2].From = sender + "@x.example"
	reports := sendAll(t, h, 6, 1, mails)
	arrived := p.arrivals(t)
	var good []*Envelope
	for i, rs := range reports {
		r := rs[0]
		switch {
		case i == 2:
			got := Report{Outcome: r.Outcome, Code: r.Code, Enhanced: r.Enhanced, AtMail: r.AtMail}
			require.Equal(t, want, got, r.Text)
		case i < 2:
			require.Equal(t, Delivered, r.Outcome, "%d: %+v", i, r)
		default:
			require.Contains(t, behind, r.Outcome, "%d: %+v", i, r)
		}
		if r.Outcome == Delivered {
			good = append(good, mails[i])
		}
	}
	requireArrived(t, good, arrived)
}
