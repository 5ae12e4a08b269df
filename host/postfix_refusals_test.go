//go:build linux

package host

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// refusing is a table of recipients that Postfix refuses.
const refusing = `
/^gone/   550 5.1.1 no such user
/^later/  450 4.2.0 not now
`

// Of a hundred recipients some are refused for good, some for now, and the
// mail goes to the others.
func TestPostfixRefusesSomeRecipients(t *testing.T) {
	t.Parallel()
	p := newPostfix(t, inEachMode("picky", "smtpd_recipient_restrictions = check_recipient_access regexp:DIR/refusing",
		"smtpd_error_sleep_time = 0", "smtpd_hard_error_limit = 1000")...)
	p.write(t, "refusing", refusing)
	p.start(t)
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			h := client(t, &SMTP{Addr: p.addrs["picky-"+mode.name]})
			mails := []*Envelope{numberedMail(0, "x\r\n", "b@y.example"), numberedMail(1, "..\r\n"),
				numberedMail(2, "x\r\n", "gone@y.example", "later@y.example"), numberedMail(3, "x\r\n", "b@y.example")}
			want := map[string]Report{
				"taken": {Outcome: Delivered, Code: 250, Enhanced: "2.0.0"},
				"gone":  {Outcome: Permanent, Code: 550, Enhanced: "5.1.1"},
				"later": {Outcome: Transient, Code: 450, Enhanced: "4.2.0"},
			}
			var accepted []string
			for i := range 100 {
				kind := []string{"taken", "taken", "taken", "gone", "later"}[i%5]
				to := fmt.Sprintf("%s%d@y.example", kind, i)
				mails[1].To = append(mails[1].To, to)
				if kind == "taken" {
					accepted = append(accepted, to)
				}
			}
			all := sendAll(t, h, 100, 1, mails)
			require.Equal(t, "delivered", outcomes(all[0]))
			require.Equal(t, "permanent transient", outcomes(all[2]))
			require.Equal(t, "delivered", outcomes(all[3]))
			for i, r := range all[1] {
				wanted := want[strings.TrimRight(strings.TrimSuffix(mails[1].To[i], "@y.example"), "0123456789")]
				require.Equal(t, wanted, Report{Outcome: r.Outcome, Code: r.Code, Enhanced: r.Enhanced}, r.To)
				require.Equal(t, mails[1].To[i], r.To)
			}
			mails[1].To = accepted
			requireArrived(t, []*Envelope{mails[0], mails[1], mails[3]}, p.arrivals(t))
		})
	}
}

// After some refusals Postfix hangs up. Those it had not come to are neither
// lost nor refused, and get their answers when they go again.
func TestPostfixHangsUpAfterTooManyErrors(t *testing.T) {
	t.Parallel()
	p := newPostfix(t, inEachMode("strict", "smtpd_recipient_restrictions = check_recipient_access regexp:DIR/refusing",
		"smtpd_error_sleep_time = 0", "smtpd_soft_error_limit = 3", "smtpd_hard_error_limit = 5")...)
	p.write(t, "refusing", refusing)
	p.start(t)
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			h := client(t, &SMTP{Addr: p.addrs["strict-"+mode.name]})
			mails := []*Envelope{numberedMail(0, "x\r\n", "b@y.example"), numberedMail(1, "x\r\n", "first@y.example"),
				numberedMail(2, "x\r\n", "c@y.example")}
			for i := range 20 {
				mails[1].To = append(mails[1].To, fmt.Sprintf("gone%d@y.example", i))
			}
			mails[1].To = append(mails[1].To, "last@y.example")
			wanted := map[string]int{}
			for len(mails) > 0 {
				left := settledBut(t, mails, sendAll(t, h, 100, 1, mails), wanted)
				require.True(t, len(left) == 0 || len(left[0].To) < 20, "nobody has got an answer")
				mails = left
			}
			got := map[string]int{}
			for _, a := range p.arrivals(t) {
				for _, to := range a.to {
					got[to]++
				}
			}
			require.Equal(t, map[string]int{"b@y.example": 1, "first@y.example": 1, "last@y.example": 1, "c@y.example": 1}, got)
			require.Equal(t, got, wanted)
			p.requireLogged(t, "strict-"+mode.name+"/smtpd", "too many errors")
		})
	}
}

// settledBut returns what is left to send, and counts who has got a mail. Those
// who are gone, and only those, are refused.
func settledBut(t *testing.T, mails []*Envelope, all [][]Report, delivered map[string]int) (left []*Envelope) {
	for i, reports := range all {
		m := *mails[i]
		m.To = nil
		for _, r := range reports {
			switch gone := strings.HasPrefix(r.To, "gone"); {
			case r.Outcome == Transient:
				m.To = append(m.To, r.To)
			case gone:
				require.Equal(t, Permanent, r.Outcome, r.To)
			default:
				require.Equal(t, Delivered, r.Outcome, r.To)
				delivered[r.To]++
			}
		}
		if len(m.To) > 0 {
			left = append(left, &m)
		}
	}
	return left
}

// Where Postfix takes no more recipients at a time, the others go in further
// transactions at once.
func TestPostfixTakesTenRecipientsAtATime(t *testing.T) {
	t.Parallel()
	p := startPostfix(t, inEachMode("few", "smtpd_recipient_limit = 10")...)
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			h := client(t, &SMTP{Addr: p.addrs["few-"+mode.name]})
			mail := numberedMail(0, "x\r\n")
			for i := range 35 {
				mail.To = append(mail.To, fmt.Sprintf("u%d@y.example", i))
			}
			reports := sendOne(t, h, mail)
			require.Equal(t, strings.TrimSpace(strings.Repeat("delivered ", 35)), outcomes(reports))
			var transactions []int
			var to []string
			for _, a := range p.arrivals(t) {
				require.Equal(t, string(mail.Data), string(a.data))
				transactions, to = append(transactions, len(a.to)), append(to, a.to...)
			}
			require.ElementsMatch(t, []int{10, 10, 10, 5}, transactions)
			require.ElementsMatch(t, mail.To, to)
		})
	}
}
