package txn_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/txn"
)

// A worker sends a reminder, and where its work fails no mail leaves.
func ExampleRun() {
	q, err := queue.Open(queue.Memory(), nil, queue.Config{})
	if err != nil {
		panic(err)
	}
	defer q.Close(context.Background())

	for _, work := range []error{nil, errors.New("no such order")} {
		err := txn.Run(context.Background(), q, func(ctx context.Context) error {
			if err := txn.FromContext(ctx).Add(receipt("Order 7 waits for you")); err != nil {
				return err
			}
			return work
		})
		fmt.Println(err)
	}
	show(q)
	// Output:
	// <nil>
	// no such order
	// outgoing Order 7 waits for you
}

// A collision stands for the error of an SQL transaction that ran into another.
type collision struct{}

func (collision) Error() string    { return "could not serialize access" }
func (collision) SQLState() string { return "40001" }

// The first attempt's mail is gone with it.
func ExampleRetry() {
	q, err := queue.Open(queue.Memory(), nil, queue.Config{})
	if err != nil {
		panic(err)
	}
	defer q.Close(context.Background())

	attempt := 0
	err = txn.Run(context.Background(), q, func(ctx context.Context) error {
		return txn.Retry(ctx, 5, func(ctx context.Context) error {
			attempt++
			if err := txn.FromContext(ctx).Add(receipt(fmt.Sprintf("Order 7, attempt %d", attempt))); err != nil {
				return err
			}
			if attempt == 1 {
				return collision{} // of an UPDATE, or of CommitWith
			}
			return nil
		})
	})
	fmt.Println(err)
	show(q)
	// Output:
	// <nil>
	// outgoing Order 7, attempt 2
}

// A command sends at once, and says who has their mail already where that fails.
func ExampleDirect() {
	c := txn.Direct(host.Discard{}) // a host.SMTP, in earnest
	err := txn.Run(context.Background(), c, func(ctx context.Context) error {
		return txn.FromContext(ctx).Add(receipt("The backup is done"))
	})
	var direct *txn.DirectError
	if errors.As(err, &direct) {
		for _, d := range direct.Sent {
			fmt.Println(d.Report.To, "has it already")
		}
	}
	fmt.Println(err)
	// Output: <nil>
}

// An invoice is a file that appears together with the mail that tells of it.
type invoice struct {
	path    string
	content []byte
}

func (i *invoice) Prepare(context.Context) error {
	return os.WriteFile(i.path+".new", i.content, 0o600) // and sync it, in earnest
}
func (i *invoice) Commit(context.Context) error { return os.Rename(i.path+".new", i.path) }
func (i *invoice) Rollback() error              { return os.RemoveAll(i.path + ".new") }

func ExampleTxn_Join() {
	q, err := queue.Open(queue.Memory(), nil, queue.Config{})
	if err != nil {
		panic(err)
	}
	defer q.Close(context.Background())
	dir, err := os.MkdirTemp("", "invoices")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)

	bill := &invoice{filepath.Join(dir, "7.pdf"), []byte("7 apples")}
	err = txn.Run(context.Background(), q, func(ctx context.Context) error {
		tx := txn.FromContext(ctx)
		return errors.Join(tx.Join(bill), tx.Add(receipt("Your invoice is ready")))
	})
	fmt.Println(err)
	content, err := os.ReadFile(bill.path)
	fmt.Println(string(content), err)
	show(q)
	// Output:
	// <nil>
	// 7 apples <nil>
	// outgoing Your invoice is ready
}
