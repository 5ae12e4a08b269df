package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/sqlite"
)

// The shop's orders and its mail are in one database.
func ExampleNew() {
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

	err = q.Commit(context.Background(), &queue.Mail{Envelope: host.Envelope{
		From: "shop@acme.example", To: []string{"ann@example.com"}, Data: []byte("Subject: Your order\r\n\r\nThank you.\r\n"),
	}})
	if err != nil {
		panic(err)
	}
	var waiting int
	err = db.QueryRow("SELECT count(*) FROM mailhost_mail").Scan(&waiting)
	fmt.Println(waiting, err)
	// Output: 1 <nil>
}
