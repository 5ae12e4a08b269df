package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/postgres"
	"github.com/go-mailhost/mailhost/queue/sqlite"
)

// A place is where mail is kept.
type place struct {
	file   string // of SQLite's; "" where it is a database of PostgreSQL's
	url    string // of that; it may hold a password
	name   string // of either, for people
	advice string // where it cannot be used
}

// connecting is how long a database may take to answer at the start.
const connecting = 15 * time.Second

const storeForms = "write postgres://user:password@host:5432/database, or sqlite:file"

// parseStore returns the place that -store names. Its errors tell nothing of the
// text, in which there may be a password.
func parseStore(text string) (place, error) {
	if file, ok := strings.CutPrefix(text, "sqlite:"); ok {
		if file == "" {
			return place{}, errors.New("the file's name is missing: " + storeForms)
		}
		return place{file: file, name: file, advice: "choose another file with -store"}, nil
	}
	if !strings.HasPrefix(text, "postgres://") && !strings.HasPrefix(text, "postgresql://") {
		return place{}, errors.New("it is of no kind that is known: " + storeForms)
	}
	u, err := url.Parse(text)
	if err != nil {
		return place{}, errors.New("it is no URL (in a password, % and other signs are written as %25 and so on): " + storeForms)
	}
	if at := strings.Count(text, "@"); at > 1 || at == 1 && u.User == nil {
		return place{}, errors.New("there is an @ behind the host's name (in a password, / ? # and @ are written %2F %3F %23 and %40): " + storeForms)
	}
	config, err := pgxpool.ParseConfig(withoutPasswords(*u))
	if err != nil {
		return place{}, err
	}
	if _, err := pgxpool.ParseConfig(text); err != nil {
		return place{}, errors.New("its password, or what follows the ?, cannot be used: " + storeForms)
	}
	return place{
		url: text, advice: "check -store",
		name: fmt.Sprintf("the PostgreSQL database %s at %s", config.ConnConfig.Database, config.ConnConfig.Host),
	}, nil
}

// withoutPasswords returns the URL with others in the place of its passwords.
func withoutPasswords(u url.URL) string {
	if _, ok := u.User.Password(); ok {
		u.User = url.UserPassword(u.User.Username(), "xxxxx")
	}
	query := u.Query()
	for _, name := range []string{"password", "sslpassword"} {
		if query.Has(name) {
			query.Set(name, "xxxxx")
		}
	}
	u.RawQuery = query.Encode()
	return u.String()
}

// place returns where the options say that mail is kept.
func (o *options) place() place {
	if o.store != (place{}) {
		return o.store
	}
	return place{file: filepath.Join(o.data, "mail.db"), name: o.data, advice: "choose another folder with -data"}
}

// open opens the mail store, and makes what is missing of it.
func (p place) open() (queue.Store, error) {
	store, err := p.openStore()
	if err != nil {
		return nil, fmt.Errorf("cannot keep mail in %s: %w; %s", p.name, err, p.advice)
	}
	return store, nil
}

func (p place) openStore() (queue.Store, error) {
	if p.file == "" {
		ctx, cancel := context.WithTimeout(context.Background(), connecting)
		defer cancel()
		return opened(postgres.Open(ctx, p.url))
	}
	if err := os.MkdirAll(filepath.Dir(p.file), 0o700); err != nil {
		return nil, err
	}
	return opened(sqlite.Open(p.file))
}

// opened keeps a nil pointer from becoming a store that is not nil.
func opened[S queue.Store](store S, err error) (queue.Store, error) {
	if err != nil {
		return nil, err
	}
	return store, nil
}
