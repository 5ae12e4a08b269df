package host

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

// refusal571 is what a relay says that refuses everything.
const refusal571 = "550 5.7.1 account suspended\r\n"

// policyServer refuses all mail for reasons of policy, until told otherwise.
func policyServer(t *testing.T) (replyServer, *SMTP) {
	server := standardServer()
	server["rcpt"] = refusal571
	return server, client(t, &SMTP{Addr: "localhost:25", dialer: server.dial})
}

func from(sender, to string) *Envelope {
	e := envelope(to)
	e.From = sender
	return e
}

func TestSuspicion(t *testing.T) {
	const gone = "unreachable"
	tests := []struct {
		name  string
		mails []*Envelope
		want  []string
	}{
		{"to three domains", []*Envelope{envelope("b@x.example"), envelope("b@y.example"), envelope("b@z.example")},
			[]string{"permanent", "permanent", gone}},
		{"from three senders", []*Envelope{from("a@x.example", "b@y.example"), from("b@x.example", "b@y.example"), from("", "b@y.example")},
			[]string{"permanent", "permanent", gone}},
		{"the same again is about the mail", []*Envelope{envelope("b@y.example"), envelope("c@y.example"), envelope("d@Y.example")},
			[]string{"permanent", "permanent", "permanent"}},
		{"two domains in turn", []*Envelope{envelope("b@x.example"), envelope("b@y.example"), envelope("c@x.example"), envelope("c@y.example")},
			[]string{"permanent", "permanent", "permanent", "permanent"}},
		{"one mail to three domains", []*Envelope{envelope("b@x.example", "b@y.example", "b@z.example")},
			[]string{"permanent permanent permanent"}},
		{"our own refusals say nothing", []*Envelope{envelope("b@x.example"), envelope("bad"), envelope("b@y.example"), envelope("b@z.example")},
			[]string{"permanent", "permanent", "permanent", gone}},
		{"our own refusals stay as they are", []*Envelope{envelope("b@x.example"), envelope("b@y.example"), envelope("bad@-", "b@z.example")},
			[]string{"permanent", "permanent", "permanent " + gone}},
		{"a domain that we refused is none", []*Envelope{envelope("bad@-x", "b@x.example"), envelope("bad@-y", "b@x.example"), envelope("bad@-z", "b@x.example")},
			[]string{"permanent permanent", "permanent permanent", "permanent permanent"}},
		{"the rest of the batch is not tried", []*Envelope{envelope("b@x.example"), envelope("b@y.example"), envelope("b@z.example"), envelope("c@x.example")},
			[]string{"permanent", "permanent", gone, "unsent"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, h := policyServer(t)
			var got []string
			for _, reports := range send(t, h, t.Context(), test.mails...) {
				got = append(got, outcomes(reports))
				if r := reports[0]; r.Outcome == Unreachable {
					require.True(t, r.Alarm)
					require.True(t, r.AtMail, "which may be its own fault")
					require.Equal(t, "the relay refuses all mail: account suspended", r.Text)
				}
			}
			require.Equal(t, test.want, got)
		})
	}
}

// What the relay says of any other mail shows that it is not about all.
func TestSuspicionEnds(t *testing.T) {
	for name, reply := range map[string]string{
		"delivered": "250 ok\r\n", "another reason": "550 5.1.1 unknown\r\n", "no reason": "550 unknown\r\n", "later": "450 4.7.1 later\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			server, h := policyServer(t)
			sendOne(t, h, envelope("b@v.example"))
			sendOne(t, h, envelope("b@w.example"))
			server["rcpt"] = reply
			sendOne(t, h, envelope("b@x.example"))
			server["rcpt"] = refusal571
			require.Equal(t, "permanent", outcomes(sendOne(t, h, envelope("b@y.example"))))
			require.Equal(t, "permanent", outcomes(sendOne(t, h, envelope("b@z.example"))))
			require.Equal(t, "unreachable", outcomes(sendOne(t, h, envelope("b@u.example"))))
		})
	}
}

// A recipient who is accepted shows that it is not about the account.
func TestSuspicionNeedsAllRecipients(t *testing.T) {
	srv := startServer(t, &hosttest.Server{})
	h := client(t, &SMTP{Addr: srv.Addr})
	for _, domain := range []string{"x", "y", "z", "u"} {
		reports := sendOne(t, h, envelope("550@"+domain+".example", "b@"+domain+".example"))
		require.Equal(t, "permanent delivered", outcomes(reports))
	}
}
