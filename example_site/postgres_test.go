package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
	"github.com/go-mailhost/mailhost/queue/postgres/postgrestest"
)

// newDatabase returns the URL of a database of the test's own, on the server at
// MAILHOST_POSTGRES, or on one that the test starts.
func newDatabase(t *testing.T) string {
	t.Helper()
	address := os.Getenv("MAILHOST_POSTGRES")
	if address == "" {
		server, err := postgrestest.Start("", "fsync=off")
		if errors.Is(err, postgrestest.ErrMissing) {
			require.NotEqual(t, "all", os.Getenv("MAILHOST_REQUIRE"), err.Error())
			t.Skip("this test needs PostgreSQL, or MAILHOST_POSTGRES to be the URL of one: ", err)
		}
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, server.Remove()) })
		address = server.URL
	}
	name := fmt.Sprintf("example_site_%d", rand.Uint64())
	tell := func(command string) {
		ctx := context.Background()
		conn, err := pgx.Connect(ctx, address)
		require.NoError(t, err)
		defer conn.Close(ctx)
		_, err = conn.Exec(ctx, command)
		require.NoError(t, err)
	}
	tell("CREATE DATABASE " + name)
	t.Cleanup(func() { tell("DROP DATABASE " + name + " (FORCE)") })
	u, err := url.Parse(address)
	require.NoError(t, err)
	u.Path = "/" + name
	return u.String()
}

// withPassword gives the URL a password, which the server does not ask for.
func withPassword(t *testing.T, address string) string {
	u, err := url.Parse(address)
	require.NoError(t, err)
	if query := u.Query(); u.User == nil && !query.Has("password") {
		query.Set("password", secret)
		u.RawQuery = query.Encode()
	}
	return u.String()
}

// Two processes share a database: each shows all mail, and each mail goes out once.
func TestTwoSitesOnOneDatabase(t *testing.T) {
	store := withPassword(t, newDatabase(t))
	relay := &hosttest.Server{}
	require.NoError(t, relay.Start())
	t.Cleanup(func() { require.NoError(t, relay.Close()) })
	var sites []*process
	for range 2 {
		sites = append(sites, start(t, "-addr", "127.0.0.1:0", "-relay", relay.Addr, "-store", store))
	}
	const orders = 10
	var customers []string
	for i := range orders {
		customers = append(customers, fmt.Sprintf("ann%d@example.com", i))
		status, _ := post(t, sites[i%2].base+"/order", orderOf(customers[i]))
		require.Equal(t, 200, status)
	}
	for _, s := range sites {
		seen(t, s.base+"/queues/sent", customers...)
		require.Contains(t, s.said, "(mail is kept in the PostgreSQL database ")
		require.NotContains(t, s.said, secret)
	}
	for _, s := range sites {
		require.Zero(t, s.stop(syscall.SIGTERM), "it says: %s", s.err.String())
		require.Empty(t, s.err.String())
	}
	var received []string
	for _, m := range relay.Mails() {
		received = append(received, m.To...)
	}
	require.ElementsMatch(t, customers, received, "each once")
}
