package main

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/postgres/postgrestest"
)

// needPostgres says whether a test must go without, and skips or fails where it
// must not.
func needPostgres(t *testing.T) {
	if hasPostgres() {
		return
	}
	require.NotEqual(t, "all", os.Getenv("MAILHOST_REQUIRE"), postgrestest.ErrMissing.Error())
	t.Skip(postgrestest.ErrMissing)
}

// onPostgres runs do with a bench that has a server.
func onPostgres(t *testing.T, do func(b *bench)) {
	needPostgres(t)
	p := small(t)
	b := &bench{plan: p, dir: p.dir}
	require.NoError(t, b.withPostgres(func() error {
		do(b)
		return nil
	}))
	left, err := os.ReadDir(p.dir)
	require.NoError(t, err)
	require.Empty(t, left, "what was written is gone")
}

func TestPostgresCommits(t *testing.T) {
	needPostgres(t)
	text := runs(t, small(t, "postgres-commit"))
	for _, what := range []string{"8 goroutines", "64 goroutines"} {
		require.Regexp(t, "\nRiver, "+what+` +[1-9]\d* +1.00x\nqueue, `+what+` +[1-9]\d* +[\d.]+x\n`, text)
	}
	require.Regexp(t, `\nPostgreSQL \d.* with fsync=on, .*, fsync=off\npgx v5.+, River v.+\nRiver for commits and .*MaxWorkers \d.*\nRiver for sending: MaxWorkers \d.*\nqueue: .*\n2048 bytes a mail`, text)
	require.NotContains(t, runs(t, small(t, "commit")), "River v", "nothing is said of what does not run")
}

func TestPostgresSending(t *testing.T) {
	needPostgres(t)
	text := runs(t, small(t, "postgres-sending"))
	for n := 1; n <= mostNodes; n++ {
		require.Regexp(t, "\nRiver, "+senders(n)+` +[1-9]\d* +1.00x\nqueue, `+senders(n)+` +[1-9]\d* +[\d.]+x\n`, text)
		require.Regexp(t, "PostgreSQL, "+senders(n)+", to River's.*(reached|missed)\n", text)
	}
}

func TestPostgresSendingToHosttest(t *testing.T) {
	onPostgres(t, func(b *bench) {
		for _, s := range []*system{riverMuch, riverSoon, queueSystem} {
			figures, err := b.sendBy(t.Context(), s, 2, hosttestRelay)
			require.NoError(t, err, s.name)
			require.Positive(t, figures[0], s.name)
		}
	})
}

func TestPostgresImmediate(t *testing.T) {
	needPostgres(t)
	text := runs(t, small(t, "postgres-immediate"))
	for _, row := range []string{", " + idle + ` .*ms +0 +`, ", " + underBulk + ` .*ms +[1-9]\d* +`} {
		require.Regexp(t, "\nRiver"+row+"1.00x\n", text)
		require.Regexp(t, "\nqueue"+row+`[\d.]+x`+"\n", text)
	}
}

// Each system keeps what was committed until a node has a relay to send it to.
func TestPostgresKeepsWhatIsFilledIn(t *testing.T) {
	onPostgres(t, func(b *bench) {
		for _, s := range []*system{riverMuch, riverSoon, queueSystem} {
			require.NoError(t, b.withDatabase(t.Context(), s, func(url string) error {
				require.NoError(t, s.fill(t.Context(), url, 2100, queue.Bulk))
				received := newCount()
				server, err := hosttestRelay.start(received.set)
				require.NoError(t, err)
				defer server.stop()
				tally := newTally(2100)
				return s.withNodes(t.Context(), 1, opening{url, server.addr, tally.add}, func([]node) error {
					return errors.Join(tally.wait(t.Context()), received.settle(t.Context(), 2100))
				})
			}), s.name)
		}
	})
}

func TestPostgresThatWorksForNobody(t *testing.T) {
	onPostgres(t, func(b *bench) {
		broken := &system{name: "broken", prepare: func(context.Context, string) error { return errors.New("no tables") }}
		err := b.withDatabase(t.Context(), broken, func(string) error { return nil })
		require.EqualError(t, err, "no tables")
		require.ErrorContains(t, b.tell(t.Context(), "SELECT nonsense"), "SELECT nonsense: ")
	})
}
