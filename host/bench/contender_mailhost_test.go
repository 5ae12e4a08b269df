package main

import (
	"testing"
	"time"

	"github.com/go-mailhost/mailhost/host"
	"github.com/stretchr/testify/require"
)

func TestCountTakesOnlyVerdictsOf250(t *testing.T) {
	tests := []struct {
		report host.Report
		mails  int
		err    string
	}{
		{host.Report{Outcome: host.Delivered, Code: 250}, 1, ""},
		{host.Report{Outcome: host.Unsent}, 0, ""},
		{host.Report{Outcome: host.Delivered, Code: 252}, 0, "delivered: 252"},
		{host.Report{Outcome: host.Permanent, Code: 550, Text: "no such user"}, 0, "permanent: 550 no such user"},
		{host.Report{Outcome: host.Uncertain}, 0, "uncertain"},
		{host.Report{Outcome: host.Unreachable}, 0, "unreachable"},
	}
	for _, test := range tests {
		t.Run(test.report.Outcome.String(), func(t *testing.T) {
			c := count{start: time.Now()}
			c.add([]host.Report{test.report})
			require.Equal(t, test.mails, c.mails)
			if test.err == "" {
				require.NoError(t, c.err)
			} else {
				require.ErrorContains(t, c.err, test.err)
			}
		})
	}
}
