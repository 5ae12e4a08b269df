//go:build linux

package postgres

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/internal/crash"
	"github.com/go-mailhost/mailhost/queue/postgres/internal/pgtest"
)

func init() { crash.Play(openPlace) } // before any test, where this process is a child

// openPlace opens the store at a place: a server's address and a schema. It waits for
// a server that is not there, as what starts a program again and again would.
func openPlace(place string) (queue.Store, error) {
	address, schema, _ := strings.Cut(place, "\n")
	options := Options{Schema: schema, Timeout: 2 * time.Second} // twice the leases
	s, err := open(context.Background(), address, options)
	for deadline := time.Now().Add(time.Minute); err != nil && time.Now().Before(deadline); {
		time.Sleep(50 * time.Millisecond) // between tries
		s, err = open(context.Background(), address, options)
	}
	if err != nil {
		return nil, err // and no interface that holds a nil
	}
	return s, nil
}

// MAILHOST_LONG asks for all rounds of the crash tests. Power loss and system calls
// that fail happen to the server, which is not ours, and not to a node.
var crashes = crash.Suite{
	Open:  openPlace,
	Place: func(t *testing.T) string { return pgtest.URL(t) + "\n" + pgtest.Schema(t, pgtest.URL(t)) },
	Brief: os.Getenv("MAILHOST_LONG") == "",
	Disk:  40 << 20,
}

func TestSenderIsKilled(t *testing.T) { crashes.SenderIsKilled(t) }

func TestSurvivesARandomLoad(t *testing.T) { crashes.SurvivesARandomLoad(t) }

func TestSenderIsStopped(t *testing.T) { crashes.SenderIsStopped(t) }

func TestProcessesShareTheWork(t *testing.T) { crashes.ProcessesShareTheWork(t) }

// TestSurvivesPartitionsAndCrashes is a random load of three nodes that are cut off
// from the server too, whose processes are killed now and then. With
// -crash.time=20m, nodes are cut off for up to two minutes.
func TestSurvivesPartitionsAndCrashes(t *testing.T) {
	suite := crashes
	suite.Trouble = func(t *testing.T) crash.Trouble {
		server := pgtest.Start(t)
		place := func(address string) string { return address + "\n" + defaultSchema }
		trouble := crash.Trouble{Place: place(server.URL)}
		var ways []*pgtest.Network
		for range 3 {
			way := pgtest.NewNetwork(t, server.URL)
			ways = append(ways, way)
			trouble.Places = append(trouble.Places, place(way.URL))
		}
		cut := func(lose bool) func(int, time.Duration) bool {
			return func(n int, d time.Duration) bool {
				ways[n].Cut(lose)
				time.AfterFunc(d, ways[n].Mend)
				return true
			}
		}
		trouble.Strikes = []crash.Strike{
			{Name: "partition, packets late", Do: cut(false)},
			{Name: "partition, packets lost", Do: cut(true)},
			{Name: "crash of the server", Do: func(int, time.Duration) bool {
				server.Kill()
				server.Restart(t)
				return true
			}},
		}
		return trouble
	}
	suite.SurvivesARandomLoad(t)
}

// TestServerDiskIsFull has the database, but not the server's log, on a disk that
// runs full.
func TestServerDiskIsFull(t *testing.T) {
	crashes.DiskIsFull(t, func(t *testing.T, dir string) string {
		server := pgtest.Start(t) // one for each, which lets go of the disk
		space := filepath.Join(dir, "space")
		require.NoError(t, os.Chmod(filepath.Dir(dir), 0o755))
		require.NoError(t, os.Mkdir(space, 0o700))
		require.NoError(t, pgtest.Own(space))
		conn, err := pgx.Connect(t.Context(), server.URL)
		require.NoError(t, err)
		defer conn.Close(context.Background())
		for _, statement := range []string{
			"ALTER SYSTEM SET autovacuum = off", // which may find room
			"SELECT pg_reload_conf()",
			"CREATE TABLESPACE small LOCATION '" + space + "'",
			"CREATE DATABASE small TABLESPACE small",
		} {
			_, err = conn.Exec(t.Context(), statement)
			require.NoError(t, err)
		}
		address, err := url.Parse(server.URL)
		require.NoError(t, err)
		address.Path = "/small"
		return address.String() + "\n" + defaultSchema
	})
}
