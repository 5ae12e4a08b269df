package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const secret = "s3cret"

func TestParseStore(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       place
	}{
		{"SQLite", "sqlite:a/b.db", place{file: "a/b.db", name: "a/b.db", advice: "choose another file with -store"}},
		{"PostgreSQL", "postgres://shop:s3cret@db.example.com:5433/mail?sslmode=disable", place{
			url:  "postgres://shop:s3cret@db.example.com:5433/mail?sslmode=disable",
			name: "the PostgreSQL database mail at db.example.com", advice: "check -store"}},
		{"on a socket", "postgresql:///mail?host=/run/postgresql&password=s3cret", place{
			url:  "postgresql:///mail?host=/run/postgresql&password=s3cret",
			name: "the PostgreSQL database mail at /run/postgresql", advice: "check -store"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := parseStore(test.text)
			require.NoError(t, err)
			require.Equal(t, test.want, got)
		})
	}
}

// wrongStores are values of -store that are refused, with what is said of them.
var wrongStores = []struct{ name, text, want string }{
	{"empty", "", "it is of no kind that is known: write postgres://user:password@host:5432/database, or sqlite:file"},
	{"another database", "mysql://shop:s3cret@localhost/mail", "it is of no kind that is known"},
	{"SQLite without a file", "sqlite:", "the file's name is missing"},
	{"a sign that must be escaped", "postgres://shop:%s3cret@localhost/mail", "it is no URL"},
	{"a slash that must be escaped", "postgres://shop:/s3cret@localhost/mail", "%2F"},
	{"a question mark that must be escaped", "postgres://shop:5?s3cret@localhost/mail", "%3F"},
	{"an @ that must be escaped", "postgres://shop:5@s3cret@localhost/mail", "%40"},
	{"a port that is none", "postgres://shop:s3cret@localhost:x/mail", "it is no URL"},
	{"a bad setting", "postgres://shop:s3cret@localhost/mail?sslmode=perhaps", "sslmode"},
	{"a bad setting of the pool", "postgres://shop:s3cret@localhost/mail?pool_max_conns=s", "pool_max_conns"},
	{"a bad setting, and a password among them", "postgres://localhost/mail?password=s3cret&sslmode=perhaps", "sslmode"},
	{"a setting that cannot be read", "postgres://localhost/mail?password=%s3cret", "cannot be used"},
	{"a server that is not there", "postgres://shop:s3cret@127.0.0.1:1/mail", "cannot keep mail in the PostgreSQL database mail at 127.0.0.1: "},
}

func TestWrongStores(t *testing.T) {
	for _, test := range wrongStores {
		t.Run(test.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			require.NotZero(t, run([]string{"-addr", "127.0.0.1:0", "-store", test.text}, &stdout, &stderr))
			require.Contains(t, stderr.String(), test.want)
			require.Contains(t, stderr.String(), "-store", "the flag is named")
			require.NotContains(t, stderr.String(), secret)
			require.Empty(t, stdout.String())
		})
	}
}

// A URL in the wrong place may hold a password too.
func TestAPasswordInTheWrongPlace(t *testing.T) {
	const address = "postgres://shop:" + secret + "@localhost/mail"
	for _, args := range [][]string{{address}, {"-data", address}, {"-stor", address}, {"-stor=" + address}, {"-data", "d", "-store", address}} {
		var stdout, stderr bytes.Buffer
		require.Equal(t, 2, run(args, &stdout, &stderr), args)
		require.Contains(t, stderr.String(), "-stor", args)
		require.NotContains(t, stderr.String(), secret, args)
	}
}

func TestSQLiteByName(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new", "shop.db")
	p := start(t, "-addr", "127.0.0.1:0", "-store", "sqlite:"+file)
	status, _ := post(t, p.base+"/order", orderOf("ann@example.com"))
	require.Equal(t, 200, status)
	seen(t, p.base+"/queues/sent", "ann@example.com")
	require.FileExists(t, file)
	require.True(t, strings.Contains(p.said, "(mail is kept in "+file+";"), p.said)
}
