package tag

import (
	"context"
	"fmt"
	"reflect"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/txn"
)

// Send makes a mail of the named mail template, whose name ends in .mail, with data
// as its dot, and adds it to the transaction of ctx (package txn). It returns the id
// that the mail has in the queue once the transaction has committed. The
// options are what words are to a block.
//
// A mail that cannot be made keeps its transaction from committing, unless that is
// rolled back to a savepoint taken before. Without a transaction, Send returns
// [txn.ErrNoTxn].
func (s *Set) Send(ctx context.Context, name string, data any, options ...Option) (id string, err error) {
	tx := txn.FromContext(ctx)
	defer doomOn(&err, tx)
	err = errPanicked
	err = s.borrow(ctx, func(r *runner) error {
		c, err := r.send(name, data, options)
		if err != nil {
			return err
		}
		c.Mail.ID = queue.NewID()
		id = c.Mail.ID
		return add(tx, []Composed{c})
	})
	if err != nil {
		return "", err
	}
	return id, nil
}

// send makes a mail of a mail template.
func (r *runner) send(name string, data any, options []Option) (Composed, error) {
	b := r.templates[name]
	if b == nil {
		return Composed{}, fmt.Errorf("tag: there is no mail template %q: the name of one ends in .mail", name)
	}
	r.current = &rendering{source: b.Source, maxSize: r.maxSize, frame: frame{outer: map[string]reflect.Value{".": reflect.ValueOf(data)}}}
	m, err := r.mail(b, func(d *draft) error { return d.setOptions(options) })
	if err != nil {
		return Composed{}, ofPage(b.inBlock(err))
	}
	return Composed{b.Source, m}, nil
}
