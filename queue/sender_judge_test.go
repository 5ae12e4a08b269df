package queue

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSenderRecordsEachOutcome(t *testing.T) {
	for _, tt := range []struct {
		to       string
		once     bool
		want     State
		attempts int
		doubts   int
	}{
		{to: "delivered", want: Sent, attempts: 1},
		{to: "permanent", want: Failed, attempts: 1},
		{to: "transient", want: Deferred, attempts: 1},
		{to: "uncertain", want: Deferred, attempts: 1, doubts: 1},
		{to: "uncertain", once: true, want: Uncertain, attempts: 1, doubts: 1},
		{to: "unreachable", want: Deferred},
		{to: "unsent", want: Outgoing},
	} {
		synctest.Test(t, func(t *testing.T) {
			q := open(t, Memory(), &relay{}, Config{})
			m := letter(Immediate, tt.to)
			m.Once = tt.once
			commit(t, q, m)
			synctest.Wait()
			got := record(t, q, m)
			require.Equal(t, tt.want, got.State, tt.to)
			require.Equal(t, tt.attempts, got.Attempts, tt.to)
			require.Equal(t, tt.doubts, got.Doubts, tt.to)
			require.False(t, got.Sending)
		})
	}
}

func TestRetryIsJudgedByWhenTheAttemptEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gateTo(t, "transient")
		q := open(t, Memory(), &relay{during: g.during}, Config{})
		m := letter(Immediate, "transient")
		m.Expires = time.Now().Add(10 * time.Minute)
		commit(t, q, m)
		pass(9*time.Minute + 30*time.Second)
		g.open()
		synctest.Wait()
		requireState(t, q, m, Failed)
	})
}

func TestLogHasOneLineForEachOutcome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log journal
		q := open(t, Memory(), &relay{}, Config{Logger: log.logger()})
		m := letter(Immediate, "delivered", "permanent", "transient")
		commit(t, q, m)
		synctest.Wait()
		require.Equal(t, 1, log.count("level=INFO", "mail delivered", m.ID, "to=delivered@customer.example", "relay=relay:25", "attempts=1"))
		require.Equal(t, 1, log.count("level=WARN", "mail failed", m.ID, "outcome=permanent"))
		require.Equal(t, 1, log.count("level=INFO", "mail deferred", m.ID, "outcome=transient", "retry="))
		require.Equal(t, 3, log.count())
	})
}

// secrets returns the second column of the corpus.
func secrets(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile("testdata/corpora/secrets.txt")
	require.NoError(t, err)
	var secrets []string
	for line := range strings.Lines(string(data)) {
		fields := strings.Split(line, "\t")
		if strings.HasPrefix(line, "#") || len(fields) < 2 {
			continue
		}
		secret, err := strconv.Unquote(fields[1])
		require.NoError(t, err, line)
		secrets = append(secrets, secret)
	}
	require.Len(t, secrets, 14)
	return secrets
}

func TestLogNeverHasTheContentsOfAMail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log journal
		q := open(t, Memory(), &relay{}, Config{Logger: log.logger()})
		for _, secret := range secrets(t) {
			for to := range outcomes {
				m := letter(Immediate, to)
				m.Data = []byte("Subject: " + secret + "\r\n\r\n" + secret + "\r\n")
				m.Subject, m.Key, m.Meta = secret, secret, map[string]string{"token": secret}
				commit(t, q, m)
			}
		}
		pass(time.Hour)
		require.Greater(t, log.count("queue: mail"), 100)
		for _, secret := range secrets(t) {
			require.NotContains(t, log.String(), secret)
			require.NotContains(t, log.String(), strings.Trim(strconv.Quote(secret), `"`))
		}
	})
}
