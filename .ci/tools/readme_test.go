package house

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const readmeFrame = `package main

import (
	"context"
	"embed"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/sqlite"
	"github.com/go-mailhost/mailhost/tag"
	"github.com/go-mailhost/mailhost/txn"
)

func check(error) {}

func placeOrder(*http.Request) any { return nil }

`

// transactionFrame goes before the second block.
const transactionFrame = `package main

import (
	"context"
	"database/sql"

	"github.com/go-mailhost/mailhost/tag"
	"github.com/go-mailhost/mailhost/txn"
)

func useTransaction(ctx context.Context, db *sql.DB, pages *tag.Set, placeOrder func(context.Context, *sql.Tx) (int, error)) error {
`

// relayFrame goes before the third block.
const relayFrame = `package main

import (
	"crypto"
	"os"

	"github.com/emersion/go-sasl"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

func openRelay(store queue.Store, key crypto.Signer) error {
`

// queueFrame goes before the fourth block.
const queueFrame = `package main

import (
	"context"
	"database/sql"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/metrics"
	"github.com/go-mailhost/mailhost/queue/sqlite"
)

func note(*queue.Mail, []host.Report) {}

func useQueue(ctx context.Context, db *sql.DB, relay host.Host) error {
`

// pagesFrame goes before the fifth block.
const pagesFrame = `package main

import (
	"net/http"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/manage"
)

func mountPages(q *queue.Queue, may func(*http.Request, manage.Right) bool, userName func(*http.Request) string) {
`

// The README's Go must compile as it stands.
func TestReadmeCompiles(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(top, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(readme), "```go\n")[1:]
	if len(blocks) != 5 {
		t.Fatalf("the README has %d blocks of Go, and this test knows 5", len(blocks))
	}
	for i := range blocks {
		blocks[i], _, _ = strings.Cut(blocks[i], "```")
	}
	dir, err := os.MkdirTemp(top, ".readme")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	write(t, filepath.Join(dir, "main.go"), readmeFrame+blocks[0])
	write(t, filepath.Join(dir, "relay.go"), relayFrame+blocks[2]+"_ = q; return err }\n")
	write(t, filepath.Join(dir, "transaction.go"), transactionFrame+blocks[1]+"return err }\n")
	write(t, filepath.Join(dir, "pages.go"), pagesFrame+blocks[4]+"}\n")
	write(t, filepath.Join(dir, "queue.go"), queueFrame+blocks[3]+"_, _ = n, stats; return err }\n")
	write(t, filepath.Join(dir, "templates", "order.html"), "")
	output(t, "go", "vet", "./"+filepath.Base(dir))
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
