package hosttest

import (
	"cmp"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
)

func TestMagicAddresses(t *testing.T) {
	refusal := func(at Place, code string) *Fault {
		return &Fault{At: at, Reply: code + " " + code[:1] + ".0.0 refused, as this address asks"}
	}
	for _, test := range []struct {
		address string
		want    *Fault
	}{
		{"550", refusal(RCPT, "550")}, {"400", refusal(RCPT, "400")}, {"599", refusal(RCPT, "599")}, {"421", refusal(RCPT, "421")},
		{"451-at-data", refusal(DATA, "451")},
		{"552-in-data", refusal(Content, "552")},
		{"554-after-data", refusal(Verdict, "554")}, {"554-after-dot", refusal(Verdict, "554")},
		{"550-at-rcpt", refusal(RCPT, "550")}, {"454-at-mail", refusal(MAIL, "454")},
		{"drop-at-rcpt", &Fault{At: RCPT, Do: Close}}, {"Drop-In-Data", &Fault{At: Content, Do: Close}},
		{"drop-after-dot", &Fault{At: Verdict, Do: Close}},
		{"reset-at-data", &Fault{At: DATA, Do: Reset}},
		{"hang", &Fault{At: Verdict, Do: Hang}}, {"hang-at-rcpt", &Fault{At: RCPT, Do: Hang}},
		{"slow", &Fault{At: Verdict, Delay: slowness}}, {"slow-at-data", &Fault{At: DATA, Delay: slowness}},
		{"250", nil}, {"399", nil}, {"600", nil}, {"0550", nil}, {"+55", nil}, {"55a", nil}, {"", nil},
		{"drop", nil}, {"reset", nil}, {"550-", nil}, {"550-somewhere", nil}, {"drop-at-noop", nil},
		{"slowly", nil}, {"ann-at-rcpt", nil}, {"550 -at-rcpt", nil}, {"-at-rcpt", nil},
	} {
		require.Equal(t, test.want, magic(test.address+"@x.example"), test.address)
	}
}

// What the package comment promises of each address, as a client sees it.
func TestWhatMagicAddressesDo(t *testing.T) {
	for _, test := range []struct {
		from, to string
		data     string // the dialogue of a mail by DATA
		chunk    string // and by BDAT
		mails    int
	}{
		{to: "550", data: "S: 250\nS: 550 5.0.0", chunk: "S: 250\nS: 550\nS: 503"},
		{to: "421", data: "S: 250\nS: 421\nS: END", chunk: "S: 250\nS: 421\nS: END"},
		{to: "554-at-data", data: "S: 250\nS: 250\nS: 554", chunk: "S: 250\nS: 250\nS: 554"},
		{to: "554-after-data", data: "S: 250\nS: 250\nS: 354\nC: .\nS: 554", chunk: "S: 250\nS: 250\nS: 554"},
		{to: "drop-at-rcpt", data: "S: 250\nS: END", chunk: "S: 250\nS: END"},
		{to: "drop-at-data", data: "S: 250\nS: 250\nS: END", chunk: "S: 250\nS: 250\nS: END"},
		{to: "drop-in-data", data: "S: 250\nS: 250\nS: 354\nC: x\nS: END", chunk: "S: 250\nS: 250\nS: END"},
		{to: "drop-after-dot", data: "S: 250\nS: 250\nS: 354\nC: x\nC: .\nS: END", chunk: "S: 250\nS: 250\nS: END", mails: 1},
		{from: "454-at-mail", data: "S: 454 4.0.0", chunk: "S: 454\nS: 503\nS: 503"},
		{from: "drop-at-mail", data: "S: END", chunk: "S: END"},
		{from: "550", to: "454-at-mail", data: "S: 250\nS: 250\nS: 354\nC: .\nS: 250 2.0.0 OK", chunk: "S: 250\nS: 250\nS: 250 2.0.0 OK", mails: 1},
	} {
		for _, chunked := range []bool{false, true} {
			name, script, command := test.from+">"+test.to, test.data, "C: DATA\n"
			if chunked {
				name, script, command = name+", in chunks", test.chunk, "C: BDAT 4 LAST\nC: ab\n"
			}
			t.Run(name, func(t *testing.T) {
				s := start(t, &Server{})
				c := greeted(t, s)
				replies := strings.SplitN(script, "\n", 3)
				if refusedEarly := !chunked && len(replies) < 3; refusedEarly {
					command = "" // no client goes on to DATA
				}
				begin := "C: MAIL FROM:<" + cmp.Or(test.from, "a") + "@x.example>\nC: RCPT TO:<" + cmp.Or(test.to, "b") + "@x.example>\n"
				if len(replies) == 1 && !chunked {
					begin, _, _ = strings.Cut(begin, "\n")
					begin += "\n"
				}
				c.do(begin + command + script)
				c.Close()
				closed(t, s)
				require.Len(t, s.Mails(), test.mails)
				if test.to == "drop-after-dot" {
					require.Empty(t, s.Mails()[0].Verdict)
					require.Equal(t, map[int]int{0: 1}, s.Counts().Verdicts)
				}
			})
		}
	}
}

// Of recipients with a later fault the first counts, for the whole mail.
func TestTheFirstMagicRecipientCounts(t *testing.T) {
	s := start(t, &Server{})
	c := greeted(t, s)
	c.say("MAIL FROM:<a@x.example>", "RCPT TO:<b@x.example>", "RCPT TO:<451-after-data@x.example>", "RCPT TO:<554-after-data@x.example>", "DATA")
	c.hear("250", "250", "250", "250", "354")
	c.say(".")
	c.hear("451")
	c.say("MAIL FROM:<a@x.example>", "RCPT TO:<b@x.example>", "DATA")
	c.hear("250", "250", "354")
	c.say(".")
	c.hear("250") // the next mail has nothing of it
}

func TestTheTableWinsOverMagic(t *testing.T) {
	s := start(t, &Server{Faults: []Fault{{At: RCPT, To: "550@*", Reply: "251 2.1.5 Forwarded"}, {At: Verdict, Reply: "451 4.0.0 No"}}})
	c := greeted(t, s)
	c.say("MAIL FROM:<a@x.example>", "RCPT TO:<550@x.example>", "RCPT TO:<drop-after-dot@x.example>", "DATA")
	c.hear("250", "251", "250", "354")
	c.say(".")
	c.hear("451")
}

func TestSlowIsBoundedByClose(t *testing.T) {
	s := start(t, &Server{})
	c := greeted(t, s)
	c.say("MAIL FROM:<a@x.example>", "RCPT TO:<slow@x.example>", "DATA")
	c.hear("250", "250", "354")
	c.say(".")
	until(t, s, func(c Counts) bool { return c.Held == 1 })
	require.Len(t, s.Mails(), 1)
	require.Empty(t, s.Mails()[0].Verdict, "not yet")
	began := time.Now()
	require.NoError(t, s.Close())
	require.Less(t, time.Since(began), slowness)
	closed(t, s)
	require.Empty(t, s.Mails()[0].Verdict)
}

func TestSlowEndsInAVerdict(t *testing.T) {
	s := start(t, &Server{})
	c := greeted(t, s)
	c.say("MAIL FROM:<a@x.example>", "RCPT TO:<slow@x.example>", "DATA")
	c.hear("250", "250", "354")
	c.say(".")
	until(t, s, func(c Counts) bool { return c.Held == 1 })
	s.Release()
	c.hear("250 2.0.0 OK")
	counts := until(t, s, func(c Counts) bool { return c.Verdicts[250] == 1 })
	require.Zero(t, counts.Held)
	require.Equal(t, accepted, s.Mails()[0].Verdict)
}

// Every outcome of package host can be had from an ordinary mail.
func TestMagicAddressesShowEveryOutcome(t *testing.T) {
	for _, test := range []struct {
		from, to string
		want     host.Outcome
	}{
		{"shop", "ann", host.Delivered},
		{"shop", "451", host.Transient},
		{"shop", "550", host.Permanent},
		{"454-at-mail", "ann", host.Unreachable},
		{"530-at-mail", "ann", host.Unreachable},
		{"shop", "drop-after-dot", host.Uncertain},
		{"shop", "reset-after-dot", host.Uncertain},
		{"shop", "554-after-data", host.Permanent},
		{"shop", "451-at-data", host.Transient},
		{"shop", "drop-at-rcpt", host.Transient},
		{"shop", "421", host.Transient},
	} {
		t.Run(test.from+">"+test.to, func(t *testing.T) {
			s := start(t, &Server{})
			h := &host.SMTP{Addr: s.Addr}
			mail := &host.Envelope{From: test.from + "@acme.example", To: []string{test.to + "@example.com"}, Data: []byte("Subject: x\r\n\r\nx\r\n")}
			h.Send(within(t), []*host.Envelope{mail}, func(_ int, reports []host.Report) {
				require.Equal(t, test.want, reports[0].Outcome, reports[0].Text)
			})
			require.NoError(t, h.Close())
			closed(t, s)
		})
	}
}

func TestHangLeavesTheRestUnsent(t *testing.T) {
	s := start(t, &Server{Without: []string{"PIPELINING"}}) // with it, both are begun
	h := &host.SMTP{Addr: s.Addr}
	ctx, cancel := context.WithCancel(within(t))
	var batch []*host.Envelope
	for _, to := range []string{"hang@example.com", "ann@example.com"} {
		batch = append(batch, &host.Envelope{From: "shop@acme.example", To: []string{to}, Data: []byte("Subject: x\r\n\r\n")})
	}
	go func() {
		s.Until(ctx, func(c Counts) bool { return c.Held == 1 })
		cancel()
		s.Release()
	}()
	var got []host.Outcome
	h.Send(ctx, batch, func(_ int, reports []host.Report) { got = append(got, reports[0].Outcome) })
	require.Equal(t, []host.Outcome{host.Delivered, host.Unsent}, got)
	require.NoError(t, h.Close())
}
