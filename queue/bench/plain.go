package main

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver
)

const plainSQLite = "plain SQLite, 1 writer"

// insertPlainly inserts rows of a mail's size for a while, one to a transaction.
func (b *bench) insertPlainly(ctx context.Context) (figures []float64, err error) {
	err = b.within(func(dir string) error {
		db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "plain.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
		if err != nil {
			return err
		}
		db.SetMaxOpenConns(1)
		rate, err := insertRows(ctx, db, b.commits)
		figures = []float64{rate}
		return errors.Join(err, db.Close())
	})
	return figures, err
}

func insertRows(ctx context.Context, db *sql.DB, d time.Duration) (float64, error) {
	_, err := db.ExecContext(ctx, "CREATE TABLE mail (id INTEGER PRIMARY KEY, sender TEXT, recipient TEXT, subject TEXT, data BLOB)")
	if err != nil {
		return 0, err
	}
	insert, err := db.PrepareContext(ctx, "INSERT INTO mail (sender, recipient, subject, data) VALUES (?, ?, ?, ?)")
	if err != nil {
		return 0, err
	}
	defer insert.Close()
	start := time.Now()
	total, err := concurrently(1, func() (bool, error) {
		_, err := insert.ExecContext(ctx, sender, recipient, subject, []byte(mailText))
		return time.Since(start) < d, err
	})
	return float64(total) / time.Since(start).Seconds(), err
}
