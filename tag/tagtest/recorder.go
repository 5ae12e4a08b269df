package tagtest

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/tag"
	"github.com/go-mailhost/mailhost/txn"
)

// A Recorder is a [txn.Committer] that keeps the mail it takes until its test ends
// or Reset is called. It is safe for concurrent use, but the methods that can fail
// the test must be called in the test's own goroutine, as those of [testing.TB].
type Recorder struct {
	t     testing.TB
	queue *queue.Queue // in memory, without a mailer: it decides what is taken

	mu      sync.Mutex
	mails   []*Mail
	dropped int           // because of their keys
	refused error         // why a commit failed last
	refusal error         // for every commit from now on
	changed chan struct{} // closed when mail comes in
}

// New returns a recorder that reports to t.
func New(t testing.TB) *Recorder {
	t.Helper()
	q, err := queue.Open(queue.Memory(), nil, queue.Config{})
	if err != nil {
		t.Fatalf("tagtest: %v", err)
	}
	return &Recorder{t: t, queue: q, changed: make(chan struct{})}
}

// Commit records the mails, all of them or none. Like a queue it sets their IDs,
// refuses mail that could never be sent or that was committed before, with the
// queue's own error, and drops mail whose Key and recipients it has had.
func (r *Recorder) Commit(ctx context.Context, mails ...*queue.Mail) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	asked := make([]queue.Mail, len(mails)) // before the queue completes them
	for i, m := range mails {
		if m != nil {
			asked[i] = *m
		}
	}
	err := r.refusal
	if err == nil {
		err = r.queue.Commit(ctx, mails...)
	}
	if err != nil {
		r.refused = err
		return err
	}
	for i, m := range mails {
		r.keep(m, asked[i])
	}
	close(r.changed)
	r.changed = make(chan struct{})
	return nil
}

// keep keeps a mail as it was asked for, with what a queue has decided.
func (r *Recorder) keep(m *queue.Mail, asked queue.Mail) {
	if m.Duplicate {
		r.dropped++
		return
	}
	asked.ID = m.ID
	r.mails = append(r.mails, newMail(r.t, &asked))
}

// Refuse makes every further commit fail with err, as a full disk would, so that a
// test sees what the application does then. After Refuse(nil) mail is taken again.
func (r *Recorder) Refuse(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refusal = err
}

// Reset forgets the mail that was recorded, but not the Keys that were used.
func (r *Recorder) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mails, r.dropped, r.refused = nil, 0, nil
}

// Run calls f with a context that carries a transaction, which it commits where f
// returns nil and rolls back where it does not. It returns the error of f or of the
// commit.
func (r *Recorder) Run(f func(ctx context.Context) error) error {
	tx := txn.Begin(r)
	defer tx.Rollback()
	if err := f(txn.NewContext(r.t.Context(), tx)); err != nil {
		return err
	}
	return tx.Commit(r.t.Context())
}

// Execute executes a page in a transaction, commits its mail and returns the page.
// Where either fails, the test ends.
func (r *Recorder) Execute(set *tag.Set, name string, data any) string {
	r.t.Helper()
	page, err := r.execute(set, name, data)
	if err != nil {
		r.t.Fatalf("tagtest: the page %s failed, and its mail was dropped:\n  %v", name, err)
	}
	return page
}

// ExecuteError executes a page that must fail, and returns its error. The test ends
// where it does not fail, and fails where the page was written nevertheless.
func (r *Recorder) ExecuteError(set *tag.Set, name string, data any) error {
	r.t.Helper()
	_, err := r.execute(set, name, data)
	if err == nil {
		r.t.Fatalf("tagtest: the page %s did not fail%s", name, r.list())
	}
	return err
}

func (r *Recorder) execute(set *tag.Set, name string, data any) (string, error) {
	if set == nil {
		return "", errors.New("the set of templates is nil")
	}
	var page bytes.Buffer
	err := r.Run(func(ctx context.Context) error { return set.Execute(ctx, &page, name, data) })
	return page.String(), err
}
