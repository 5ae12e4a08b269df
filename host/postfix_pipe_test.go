//go:build linux

package host

import (
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// Postfix's sendmail takes mails as they are, also while Postfix is down.
func TestPostfixSendmail(t *testing.T) {
	t.Parallel()
	p := startPostfix(t)
	sendmail, err := exec.LookPath("sendmail")
	require.NoError(t, err)
	h := &Pipe{Path: sendmail, Args: []string{"-C", p.dir, "-i"}}
	mails := numbered(8)
	mails[6].To = []string{`"john doe"@y.example`, "b@y.example", "c@y.example"}
	half := len(mails) / 2
	reports := sendAll(t, h, 100, 1, mails[:half])
	p.stop(syscall.SIGTERM)
	reports = append(reports, sendAll(t, h, 100, 1, mails[half:])...)
	p.start(t)

	came := p.handedOn(t)
	require.Len(t, came, len(mails))
	for i, m := range mails {
		require.Equal(t, Delivered, reports[i][0].Outcome, reports[i][0].Text)
		found := 0
		for _, c := range came {
			if strings.HasSuffix(string(c.Data), "\r\n"+string(m.Data)) {
				found++
				require.Equal(t, m.From, c.From)
				require.ElementsMatch(t, strings.Split(strings.ReplaceAll(strings.Join(m.To, "|"), `"`, ""), "|"), c.To)
			}
		}
		require.Equal(t, 1, found, m.ID)
	}
}
