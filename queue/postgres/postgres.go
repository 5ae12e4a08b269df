// Package postgres keeps mail in a PostgreSQL database, which any number of nodes
// share: each may commit mail and each may send it.
//
//	store, err := postgres.Open(ctx, "postgres://shop@db.example.com/shop")
//	q, err := queue.Open(store, h, queue.Config{})
//
// An application that has a pool already gives that one:
//
//	store, err := postgres.New(ctx, pool, postgres.Options{})
//
// The tables are in a schema of their own, "mailhost". They are made and brought
// up to date at the start, under a lock, so that several nodes may start at once.
// The role needs the right to create that schema, or to create tables in it where
// it is there.
//
// What Insert has returned nil for is on the server's disk, and on that of its
// synchronous standbys where it has any: transactions that store mail run with
// synchronous_commit=on, whatever the connection's default is. Concurrent calls
// of Insert share transactions. Leases are measured by the database's clock:
// those of the nodes may be anything.
//
// Through PgBouncer in transaction mode it works as well: no statement is kept
// prepared, no session is given settings. Nodes then hear of one another's
// immediate mail at their next tick only, for LISTEN needs a session, unless
// Options.Listen names the server itself.
//
// # When the server or the network fails
//
// A node that cannot reach the server commits nothing, and says so: an error that
// wraps [ErrUnknown] where the server may have done what it was asked, in which case
// the same mails may be committed again within an hour, and another error where it has
// done nothing. Calls give up after Options.Timeout, and connections that have gone
// silent are dropped, so nobody waits for what a network has swallowed. What a node
// was sending it finishes; what it cannot record is taken over by another when the
// lease has lapsed, and counted as in doubt: only such mail can be sent twice.
//
// # Sizing
//
// A node uses up to ten connections of its pool at once: two that insert, one
// that claims, one for each sender that records outcomes, one that tells the other
// nodes, and what lists and counters need; and one more, outside of the pool, that
// listens. With fewer they wait for each other. A node notifies the others at most
// once in 100 ms.
//
// A mail that is sent at once costs, in rows written: one each of the tables mail,
// body, recipient (one for each) and attempt, two new versions of the first and one
// of the third. A commit waits for the server's disk, once for all that are
// under way beside it: its latency is the disk's, and mails/s grow with the number of
// goroutines that commit. The bench in queue/bench measures both on your server.
//
// Claims look up the first mail of each route in each lane in an index, so their cost
// grows with the number of routes and not with that of the mails: on a machine with 2
// cores, PostgreSQL 15 beside the test, a claim of 100 mails takes 6 ms (median; 99 of
// 100 within 12 ms) where 10,000,000 are due, and a Finish of them as long. A Search
// takes less than 100 ms among 1,000,000 mails, whatever the filter. Counts read all
// mail that is kept, and Totals counts again at most a twentieth of the time; keep
// less of what was sent (Config.KeepSent) where there are tens of millions.
//
// Sent mail and data are dropped in batches of 500 rows, and autovacuum makes the room
// free for others, about once a minute. When 1,000,000 mails of 2 KB had been sent, at
// 3,800 a second, each dropped 30 s later, tables and indexes had 1.5 GB, and 1.9 GB at
// the most: they had not grown since the first half million. Of that some 0.5 GB was
// the mail that was kept, and the rest what is sent until autovacuum comes round;
// mails that are kept for days have the same few hundred MB beside them. (TestGrowth,
// with MAILHOST_GROWTH=1000000, prints rows and sizes of each table.)
//
// # Past one server
//
// One queue is one database. What a server lacks first is mostly the time that its
// disk takes to sync, then processor time: put the write-ahead log on a disk that is
// quick to sync, give the queue a server of its own, by postgres.Open with another
// URL, unless mail is to be one fact with the application's data, and keep less.
//
// Where one server is not enough, open several stores, each on a server of its own,
// with a queue on each, in every node, and choose the queue of a mail by a hash of
// what must stay together, such as the customer:
//
//	h := fnv.New32a()
//	h.Write([]byte(customer))
//	err := queues[h.Sum32()%uint32(len(queues))].Commit(ctx, mails...)
//
// Each queue has its mailer, its routes (a relay that is down is found down by each,
// with one probe each), its Pause and its pages. Ids do not collide. A Key is known to
// its own queue only, so the hash must be of what the Key is about; when a queue is
// added, let the old ones run empty before Keys count again, or hash consistently.
// CommitTx works for data on the same shard only.
//
// All that belongs to a mail has its id, so that a database that is spread over
// servers by a hash, as Citus does, could spread the tables mail, body, recipient,
// attempt and gone by it, identity by its own column, and have the others everywhere.
//
// Neither has been measured, nor have the statements been run on Citus.
//
// # What not to do
//
// Do not run the pool with a statement_timeout of less than some
// seconds, do not put tables of your own into the schema, and do not keep
// transactions open for hours in the same database: vacuum cannot take away
// finished mail while one may still see it, and claims get slower.
package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/go-mailhost/mailhost/queue"
)

// Options say how a Store uses its database. The zero value works.
type Options struct {
	Schema   string        // in which the tables are; default "mailhost"
	Existing bool          // they must be there, in this version: none is made or changed; for a program beside the application
	Listen   string        // URL of the server for the connection that listens, where the pool's is that of a PgBouncer; default: the pool's
	Timeout  time.Duration // of one call that reads and of one statement that writes, whose outcome is unknown after it; default 30 s
}

// A Store is a [queue.Store] in a PostgreSQL database. Its methods' errors begin
// with "queue/postgres: ", but for [queue.ErrNotFound] and those about a mail that
// no store takes; the server's own, a *pgconn.PgError, is wrapped.
type Store struct {
	pool    *pgxpool.Pool
	owned   bool // the pool is ours to close
	options Options
	node    int64 // tells this Store from all others
	now     func() time.Time
	clock   clock
	inserts grouper
	writers writers
	signals signals
	place   atomic.Pointer[place]
	census  census
	closed  context.Context // ends with Close
	close   context.CancelFunc
	calls   sync.RWMutex   // held by calls that are under way
	work    sync.WaitGroup // goroutines
}

var _ queue.Signaller = (*Store)(nil)
var _ queue.TxStore = (*Store)(nil)

var errClosed = errors.New("queue/postgres: the store is closed")

// Open connects to the database that the URL, or the keyword/value string, names,
// as [pgxpool.ParseConfig] says, and makes its tables where there are none. A
// schema that was written by a newer version of this package is an error, and is
// left as it is.
//
// Where it does not say otherwise, the pool has up to 10 connections, connect_timeout
// is 10 s, and pool_ping_timeout 5 s, so that a server that has gone silent is noticed.
func Open(ctx context.Context, url string) (*Store, error) {
	return open(ctx, url, Options{})
}

func open(ctx context.Context, url string, options Options) (*Store, error) {
	config, err := poolConfig(url)
	if err != nil {
		return nil, fmt.Errorf("queue/postgres: %w", err)
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("queue/postgres: %w", err)
	}
	s, err := New(ctx, pool, options)
	if err != nil {
		pool.Close()
		return nil, err
	}
	s.owned = true
	return s, nil
}

// poolConfig returns the configuration of a pool that suits a store.
func poolConfig(url string) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	if !strings.Contains(url, "pool_max_conns") {
		config.MaxConns = max(config.MaxConns, 10)
	}
	// pgx waits for two minutes, and for a ping forever.
	config.ConnConfig.ConnectTimeout = cmp.Or(config.ConnConfig.ConnectTimeout, 10*time.Second)
	config.PingTimeout = cmp.Or(config.PingTimeout, 5*time.Second)
	return config, nil
}

// New is Open for a pool that the application has, which Close does not close. Give
// its URL a connect_timeout and a pool_ping_timeout, as Open does.
func New(ctx context.Context, pool *pgxpool.Pool, options Options) (*Store, error) {
	return newStore(ctx, pool, options, time.Now)
}

// newStore opens a store on a node with this clock.
func newStore(ctx context.Context, pool *pgxpool.Pool, options Options, now func() time.Time) (*Store, error) {
	if options.Schema == "" {
		options.Schema = defaultSchema
	}
	if options.Timeout <= 0 {
		options.Timeout = 30 * time.Second
	}
	s := &Store{pool: pool, options: options, node: rand.Int64(), now: now}
	s.closed, s.close = context.WithCancel(context.Background())
	s.inserts.flush = s.insertGroup
	s.signals.wanted, s.signals.heard = make(chan struct{}, 1), make(chan struct{}, 1)
	if err := s.prepare(ctx); err != nil {
		s.close()
		return nil, fmt.Errorf("queue/postgres: cannot use schema %q: %w", options.Schema, err)
	}
	err := s.measureClock(ctx)
	if err == nil {
		_, err = s.where(ctx, place{})
	}
	if err != nil {
		s.close()
		return nil, err
	}
	s.work.Go(s.notify)
	return s, nil
}

// Close waits for the calls that are under way. Those that come later are
// refused. A second Close does nothing.
func (s *Store) Close() error {
	s.inserts.end()
	s.close()
	s.work.Wait()
	s.calls.Lock() // when the others have ended
	defer s.calls.Unlock()
	if s.owned {
		s.pool.Close()
	}
	return nil
}
