package host

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseExtensions(t *testing.T) {
	tests := []struct {
		name  string
		lines []string
		want  extensions
	}{
		{"none", []string{"mx.example"}, extensions{}},
		{"nothing", nil, extensions{}},
		{"the first line is a name", []string{"mx.example 8BITMIME"}, extensions{}},
		{"any case, tabs, empty lines", []string{"mx", "8bitmime", "", "SmtpUTF8\t", " dsn x"},
			extensions{eightBit: true, utf8: true, dsn: true}},
		{"both ways to say AUTH", []string{"mx", "AUTH=LOGIN", "auth PLAIN", "STARTTLS"},
			extensions{auth: []string{"LOGIN", "PLAIN"}, startTLS: true}},
		{"CHUNKING needs PIPELINING", []string{"mx", "CHUNKING"}, extensions{}},
		{"CHUNKING with it", []string{"mx", "CHUNKING", "PIPELINING"}, extensions{chunking: true, pipelining: true}},
		{"SIZE", []string{"mx", "size 1000"}, extensions{sized: true, size: 1000}},
		{"SIZE without a number", []string{"mx", "SIZE"}, extensions{sized: true}},
		{"SIZE 0 is no bound", []string{"mx", "SIZE 0"}, extensions{sized: true}},
		{"SIZE that is no number", []string{"mx", "SIZE x"}, extensions{sized: true}},
		{"SIZE below zero", []string{"mx", "SIZE -1"}, extensions{sized: true}},
		{"SIZE beyond numbers", []string{"mx", "SIZE 99999999999999999999"}, extensions{sized: true}},
		{"SIZE with two numbers", []string{"mx", "SIZE 10 20"}, extensions{sized: true}},
		{"LIMITS", []string{"mx", "LIMITS MAILMAX=50 rcptmax=10 RCPTDOMAINMAX=2 X=1"},
			extensions{mailMax: 50, rcptMax: 10, domainMax: 2}},
		{"LIMITS that make no sense", []string{"mx", "LIMITS MAILMAX=0 RCPTMAX=-1 RCPTDOMAINMAX=x MAILMAX"}, extensions{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, parseExtensions(strings.Join(test.lines, "\n"), nil))
		})
	}
}

func TestIgnoredExtensions(t *testing.T) {
	lines := "mx\nPIPELINING\nCHUNKING\nAUTH=PLAIN\nSIZE 5"
	require.Equal(t, extensions{pipelining: true}, parseExtensions(lines, []string{"chunking", "AUTH", "Size", "X"}))
}

func TestRecipientsOfATransaction(t *testing.T) {
	for limit, want := range map[int]int{0: 100, 1: 1, 50: 50, 100: 100, 1000: 100} {
		require.Equal(t, want, (&extensions{rcptMax: limit}).recipients())
	}
}
