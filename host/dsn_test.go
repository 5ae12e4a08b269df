package host

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDSNParameters(t *testing.T) {
	tests := []struct {
		name, id   string
		dsn        DSN
		mail, rcpt string
	}{
		{"the id alone", "0ab-7", DSN{}, " ENVID=0ab-7", ""},
		{"nothing", "", DSN{}, "", ""},
		{"all", "7", DSN{Notify: []string{"FAILURE", "DELAY"}, Return: "HDRS"}, " RET=HDRS ENVID=7", " NOTIFY=FAILURE,DELAY"},
		{"never", "", DSN{Notify: []string{"NEVER"}, Return: "FULL"}, " RET=FULL", " NOTIFY=NEVER"},
		{"xtext", "a+b=c d", DSN{}, " ENVID=a+2Bb+3Dc+20d", ""},
		{"a line break", "a b\r\nRCPT TO:<x>", DSN{}, "", ""},
		{"not ASCII", "\u00f6", DSN{}, "", ""},
		{"100 characters", strings.Repeat("x", 100), DSN{}, " ENVID=" + strings.Repeat("x", 100), ""},
		{"too long", strings.Repeat("x", 101), DSN{}, "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			require.NoError(t, test.dsn.validate())
			words := test.dsn.words()
			require.Equal(t, test.mail, string(words.appendMail(nil, test.id)))
			require.Equal(t, test.rcpt, string(words.appendRcpt(nil)))
		})
	}
}
