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
