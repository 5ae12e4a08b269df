package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/postgres"
	"github.com/go-mailhost/mailhost/queue/postgres/postgrestest"
	"github.com/go-mailhost/mailhost/queue/sqlite"
)

// filled returns the -store of a database with three mails, and their ids.
func filled(t *testing.T) (store string, ids []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mail.db")
	s, err := sqlite.Open(path)
	require.NoError(t, err)
	return "sqlite:" + path, fill(t, s)
}

// filledPostgres is filled on a PostgreSQL of the test's own.
func filledPostgres(t *testing.T) (store string, ids []string) {
	t.Helper()
	server, err := postgrestest.Start("", "fsync=off")
	if errors.Is(err, postgrestest.ErrMissing) {
		require.NotEqual(t, "all", os.Getenv("MAILHOST_REQUIRE"), err.Error())
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Remove()) })
	s, err := postgres.Open(t.Context(), server.URL)
	require.NoError(t, err)
	return server.URL, fill(t, s)
}

// fill commits three mails, and closes the store.
func fill(t *testing.T, s queue.Store) (ids []string) {
	t.Helper()
	q, err := queue.Open(s, nil, queue.Config{})
	require.NoError(t, err)
	for _, to := range []string{"ann@example.com", "bob@example.com", "carl@example.org"} {
		m := &queue.Mail{Subject: "for \x1b]0;owned\x07\u009b2J\u202e " + to}
		m.From, m.To, m.Data = "shop@example.com", []string{to}, []byte("Subject: a\r\n\r\n\x1b[2Jb\r\n")
		require.NoError(t, q.Commit(t.Context(), m))
		ids = append(ids, m.ID)
	}
	require.NoError(t, q.Close(t.Context()))
	return ids
}

// mailq runs the program; answer is typed on a terminal where it is not nil.
func mailq(t *testing.T, answer *string, stdin, store string, args ...string) (code int, out, err string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if answer != nil {
		stdin = *answer
	}
	a := &app{
		ctx: t.Context(), stdin: strings.NewReader(stdin), out: &stdout, err: &stderr, now: time.Now,
		getenv: func(name string) string { return map[string]string{"MAILQ_STORE": store}[name] },
		screen: func(any) (int, bool) { return 80, answer != nil },
	}
	code = a.run(args)
	return code, stdout.String(), stderr.String()
}

func TestOperations(t *testing.T) { testOperations(t, filled) }

func TestOperationsOnPostgreSQL(t *testing.T) { testOperations(t, filledPostgres) }

func testOperations(t *testing.T, filled func(*testing.T) (string, []string)) {
	store, ids := filled(t)
	for _, step := range []struct {
		args  string
		stdin string
		code  int
		want  string
	}{
		{args: "list", want: "-- 3 mails"},
		{args: "list to:ann@ -json", want: `"to":"ann@example.com"`},
		{args: "list to:nobody@", code: 3},
		{args: "list nonsense:x", code: 2},
		{args: "show " + ids[0], want: "ann@example.com"},
		{args: "show -source " + ids[0], want: "Subject: a\r\n"},
		{args: "show 7", code: 3},
		{args: "hold to:ann@", want: "hold: 1 mail"},
		{args: "release state:held", want: "release: 1 mail"},
		{args: "release state:held", code: 3},
		{args: "reschedule 2h to:bob@", want: "reschedule: 1 mail"},
		{args: "list state:deferred", want: "bob@example.com"},
		{args: "flush", want: "flush: 1 mail"},
		{args: "flush", want: "flush: 0 mails"},
		{args: "flush state:failed", code: 2},
		{args: "reschedule 2h to:bob@ -json", want: `{"mails":1,"operation":"reschedule"}`},
		{args: "retry to:bob@", want: "retry: 1 mail"},
		{args: "pause all", want: "paused: route"},
		{args: "stats", want: `route "*" paused`},
		{args: "resume all", want: "resumed: route"},
		{args: "stats state:outgoing", want: "outgoing"},
		{args: "shape", want: "example.com      2"},
		{args: "delete", code: 2},
		{args: "delete all", code: 2},
		{args: "delete -", stdin: ids[2] + "\n", want: "delete: 1 mail"},
		{args: "delete -", stdin: "../x\n", code: 2},
		{args: "delete -yes all", want: "delete: 2 mails"},
		{args: "delete -yes all", code: 3},
		{args: "log", want: "delete"},
		{args: "watch -every 1ms", code: 2},
		{args: "fly", code: 2},
	} {
		code, out, err := mailq(t, nil, step.stdin, store, strings.Fields(step.args)...)
		require.Equal(t, step.code, code, "%s: %s %s", step.args, out, err)
		require.Contains(t, out, step.want, step.args)
		if !strings.Contains(step.args, "-source") {
			require.False(t, strings.ContainsAny(out+err, "\x1b\x07\u009b\u202e"), step.args)
		}
		for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
			require.True(t, !strings.Contains(step.args, "-json") || json.Valid([]byte(line)), line)
		}
	}
}

func TestConfirm(t *testing.T) {
	store, ids := filled(t)
	for _, answer := range []string{"", "n\n", "\n"} {
		code, _, err := mailq(t, &answer, "", store, "delete", "all")
		require.Equal(t, codeError, code)
		require.Contains(t, err, "delete 3 mails? [y/N]")
	}
	none, yes := "", "y\n"
	code, out, _ := mailq(t, &none, "", store, "show", "-source", ids[0])
	require.Zero(t, code)
	require.NotContains(t, out, "\x1b", "on a terminal")
	code, _, err := mailq(t, &none, "", store, "delete", ids[0])
	require.Zero(t, code, "one is not asked about: "+err)
	code, out, _ = mailq(t, &yes, "", store, "delete", "all")
	require.Zero(t, code)
	require.Contains(t, out, "delete: 2 mails")
}

func TestStoresThatAreNotThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mail.db")
	code, _, err := mailq(t, nil, "", "sqlite:"+path, "list")
	require.Equal(t, codeError, code, err)
	require.NoFileExists(t, path)
	for store, want := range map[string]int{
		"": codeUsage, "mail.db": codeUsage, "smtp://user:hunter2@relay.example:587": codeUsage,
		"postgres://u:hunter2@127.0.0.1:1/x?sslmode=disable": codeError, "postgres://u:hunter2@%zz/x": codeUsage,
		"postgres://u:hunter%32@127.0.0.1:1/x": codeError, "postgres://127.0.0.1:1/x?password=hunter2": codeError,
	} {
		code, out, err := mailq(t, nil, "", store, "list")
		require.Equal(t, want, code, err)
		require.NotContains(t, out+err, "hunter", store)
	}
}

func TestHelpFitsAScreen(t *testing.T) {
	code, out, _ := mailq(t, nil, "", "", "--help")
	require.Zero(t, code)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	require.LessOrEqual(t, len(lines), 24)
	for _, line := range lines {
		require.LessOrEqual(t, columnsOf(line), 80, line)
	}
}

func TestQueryWord(t *testing.T) {
	for arg, want := range map[string]string{
		"to:ann@": "to:ann@", "subject:two words": `subject:"two words"`, "two words": `"two words"`,
		"route:": `route:""`, `subject:"a b" state:held`: `subject:"a b" state:held`, `a\b c`: `"a\\b c"`,
	} {
		got, err := queryWord(arg)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	_, err := queryWord("to:ann state:failed")
	require.ErrorContains(t, err, "give each word as an argument of its own")
}
