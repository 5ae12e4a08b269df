package tag

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

func TestWordsOfAMail(t *testing.T) {
	const call = `"from" "a@b.example" "to" "c@d.example"`
	begin := time.Now()
	for name, test := range map[string]struct {
		words string
		lane  queue.Lane
		delay time.Duration
	}{
		"none":              {"", queue.Normal, 0},
		"immediate":         {`"immediate"`, queue.Immediate, 0},
		"defer":             {`"defer"`, queue.Bulk, 0},
		"after a literal":   {`"after" "90m"`, queue.Normal, 90 * time.Minute},
		"after a duration":  {`"after" .Delay`, queue.Normal, time.Hour},
		"after an addition": {`"after" (printf "%dh" 2)`, queue.Normal, 2 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			m := one(t, "{{sendmail "+call+" "+test.words+"}}", map[string]any{"Delay": time.Hour})
			require.Equal(t, test.lane, m.Lane)
			if test.delay == 0 {
				require.Zero(t, m.NotBefore, "the queue knows when")
				return
			}
			require.WithinRange(t, m.NotBefore, begin.Add(test.delay), time.Now().Add(test.delay))
		})
	}
}

func TestWordWinsOverHeaderLine(t *testing.T) {
	m := one(t, "{{with sendmail \"to\" .To \"subject\" .Subject}}\nFrom: a@b.example\nTo: old@b.example\nSubject: old\n\nBody{{end}}",
		map[string]any{"To": []string{"new@b.example"}, "Subject": "new\r\nBcc: x@y.example"})
	require.Equal(t, []string{"new@b.example"}, m.To)
	require.Equal(t, "new Bcc: x@y.example", m.Subject)
	require.Equal(t, "new Bcc: x@y.example", readMail(t, m).subject(t))
}
