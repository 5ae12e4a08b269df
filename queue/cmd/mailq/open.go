package main

import (
	"context"
	"net/url"
	"os"
	"os/user"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/postgres"
	"github.com/go-mailhost/mailhost/queue/sqlite"
)

// openStore opens the store that -store names. It makes and changes no table.
func (a *app) openStore() (queue.Store, error) {
	scheme, path, _ := strings.Cut(a.store, ":")
	switch scheme {
	case "":
		return nil, usagef("say which store: -store sqlite:mail.db or -store postgres://…, or set MAILQ_STORE")
	case "sqlite":
		return sqlite.OpenExisting(path)
	case "postgres", "postgresql":
		return a.openPostgres()
	}
	return nil, usagef("-store begins with neither sqlite: nor postgres://")
}

// postgresStore closes the pool with the store.
type postgresStore struct {
	*postgres.Store
	pool *pgxpool.Pool
}

func (s postgresStore) Close() error {
	err := s.Store.Close()
	s.pool.Close()
	return err
}

func (a *app) openPostgres() (queue.Store, error) {
	config, err := pgxpool.ParseConfig(a.store)
	if err != nil {
		return nil, usagef("-store is no URL of a PostgreSQL database")
	}
	ctx, cancel := context.WithTimeout(a.ctx, 15*time.Second)
	defer cancel()
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	store, err := postgres.New(ctx, pool, postgres.Options{Schema: a.schema, Existing: true})
	if err != nil {
		pool.Close()
		return nil, err
	}
	return postgresStore{store, pool}, nil
}

// secretless returns a text for the terminal without the store's password.
func (a *app) secretless(text string) string {
	for _, secret := range secrets(a.store) {
		text = strings.ReplaceAll(text, secret, "xxxxx")
	}
	return plain(text)
}

// secrets returns the password in a store's URL, as it is written and as it is
// meant.
func secrets(store string) (found []string) {
	_, rest, _ := strings.Cut(store, "://")
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		if _, password, ok := strings.Cut(rest[:at], ":"); ok {
			found = append(found, password)
		}
	}
	if u, err := url.Parse(store); err == nil {
		password, _ := u.User.Password()
		found = append(found, password, u.Query().Get("password"))
	}
	var kept []string
	for _, secret := range found {
		if secret != "" {
			kept = append(kept, secret)
		}
	}
	return kept
}

// operator is who does it, for the audit log.
func operator() string {
	u, err := user.Current()
	if err != nil {
		return "unknown user"
	}
	if by := os.Getenv("SUDO_USER"); by != "" && u.Uid == "0" {
		return by + " as " + u.Username
	}
	return u.Username
}
