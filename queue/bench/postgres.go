package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/go-mailhost/mailhost/queue/postgres/postgrestest"
)

// postgresSettings are those of the server for everybody, where they are not its
// defaults. Data and commits are on disk, as by default.
var postgresSettings = []string{"fsync=on", "synchronous_commit=on", "max_connections=300", "shared_buffers=512MB", "max_wal_size=4GB"}

func hasPostgres() bool { return postgrestest.Version() != "" }

// withPostgres starts a PostgreSQL for the sections that need one, when the first
// of them does, and stops it at the end.
func (b *bench) withPostgres(do func() error) error {
	err := do()
	if b.postgres != nil {
		err = errors.Join(err, b.postgres.Remove())
	}
	return err
}

func (b *bench) startPostgres() (err error) {
	if b.postgres == nil {
		b.postgres, err = postgrestest.Start(b.dir, b.server...)
	}
	return err
}

// database is where the system is measured once.
const database = "bench"

// withDatabase makes a database for the system, which is gone after do. What others
// left to be written to disk is written first.
func (b *bench) withDatabase(ctx context.Context, s *system, do func(url string) error) (err error) {
	if err := b.startPostgres(); err != nil {
		return err
	}
	const drop = "DROP DATABASE IF EXISTS " + database + " (FORCE)"
	if err := b.tell(ctx, drop, "CREATE DATABASE "+database); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.tell(context.WithoutCancel(ctx), drop)) }()
	address, err := url.Parse(b.postgres.URL)
	if err != nil {
		return err
	}
	address.Path = "/" + database
	if err := s.prepare(ctx, address.String()); err != nil {
		return err
	}
	if err := b.tell(ctx, "CHECKPOINT"); err != nil {
		return err
	}
	return do(address.String())
}

// tell has the server do what its superuser says.
func (b *bench) tell(ctx context.Context, commands ...string) error {
	return tellAt(ctx, b.postgres.URL, commands...)
}

func tellAt(ctx context.Context, url string, commands ...string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for _, command := range commands {
		if _, err := conn.Exec(ctx, command); err != nil {
			return fmt.Errorf("%s: %w", command, err)
		}
	}
	return nil
}

// writePostgres says what the numbers on PostgreSQL were measured with.
func (p *plan) writePostgres(w io.Writer) {
	fmt.Fprintf(w, "PostgreSQL %s with %s\n", postgrestest.Version(), strings.Join(p.server, ", "))
	fmt.Fprintf(w, "pgx %s, River %s\n", version("github.com/jackc/pgx/v5"), version("github.com/riverqueue/river"))
	for _, s := range []*system{riverSoon, riverMuch, queueSystem} {
		name := s.name
		if s.purpose != "" {
			name += " for " + s.purpose
		}
		fmt.Fprintf(w, "%s: %s\n", name, s.settings)
	}
}
