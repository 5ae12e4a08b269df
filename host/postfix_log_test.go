//go:build linux

package host

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func (p *postfix) log(t *testing.T) []string {
	text, err := os.ReadFile(p.path("log"))
	if !os.IsNotExist(err) {
		require.NoError(t, err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

// logged returns whether a line of the log has all the words.
func (p *postfix) logged(t *testing.T, words ...string) bool {
	return slices.ContainsFunc(p.log(t), func(line string) bool {
		return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(line, word) })
	})
}

// requireLogged waits for a line of the log.
func (p *postfix) requireLogged(t *testing.T, words ...string) {
	t.Helper()
	require.Eventually(t, func() bool { return p.logged(t, words...) }, 10*time.Second, 10*time.Millisecond, words)
}

// commands waits until a service has seen as many MAILs, and returns how often
// it has got each command. Postfix logs that when a connection ends.
func (p *postfix) commands(t *testing.T, service string, mails int) map[string]int {
	t.Helper()
	var commands map[string]int
	require.Eventually(t, func() bool {
		commands = map[string]int{}
		for _, line := range p.log(t) {
			if !strings.Contains(line, "/"+service+"/smtpd") || !strings.Contains(line, ": disconnect from ") {
				continue
			}
			for word := range strings.FieldsSeq(line) {
				name, count, _ := strings.Cut(word, "=")
				n, _ := strconv.Atoi(count[strings.IndexByte(count, '/')+1:]) // 1/2: one of two was accepted
				commands[name] += n
			}
		}
		return commands["mail"] >= mails
	}, 10*time.Second, 20*time.Millisecond)
	require.Equal(t, mails, commands["mail"])
	return commands
}
