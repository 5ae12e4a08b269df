package txn_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/sqlite"
	"github.com/go-mailhost/mailhost/txn"
)

// An order and its confirmation are committed as one fact. Where the shop is out of
// stock, there is neither.
func ExampleTxn_CommitWith() {
	dir, err := os.MkdirTemp("", "shop")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "shop.db")
	db, err := sql.Open("sqlite", "file:"+path+
		"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(30000)")
	if err != nil {
		panic(err)
	}
	defer db.Close()
	store, err := sqlite.New(db, path)
	if err != nil {
		panic(err)
	}
	q, err := queue.Open(store, nil, queue.Config{}) // another process sends
	if err != nil {
		panic(err)
	}
	defer q.Close(context.Background())
	if _, err := db.Exec("CREATE TABLE stock (apples INTEGER CHECK (apples >= 0)); INSERT INTO stock VALUES (10)"); err != nil {
		panic(err)
	}

	order := func(ctx context.Context, apples int) error {
		sqlTx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer sqlTx.Rollback()
		tx := txn.FromContext(ctx)
		if err := tx.Add(receipt(fmt.Sprintf("Your %d apples", apples))); err != nil {
			return err
		}
		if _, err := sqlTx.ExecContext(ctx, "UPDATE stock SET apples = apples - ?", apples); err != nil {
			return errors.New("out of stock")
		}
		return tx.CommitWith(ctx, sqlTx)
	}
	for _, apples := range []int{7, 7} {
		err := txn.Run(context.Background(), q, func(ctx context.Context) error { return order(ctx, apples) })
		fmt.Println(err)
	}
	show(q)
	// Output:
	// <nil>
	// out of stock
	// outgoing Your 7 apples
}
