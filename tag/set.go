package tag

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"sync/atomic"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/txn"
)

// A Set is a set of page templates whose sendmail blocks have been lifted out of
// them, and of mail templates. It is safe for concurrent use.
type Set struct {
	current atomic.Pointer[compiled]
	files   *templateFiles // nil where the templates were parsed elsewhere
}

// ParseFS parses the files that match the patterns, as html/template does, with
// the zero Config.
func ParseFS(fsys fs.FS, patterns ...string) (*Set, error) {
	return Config{}.ParseFS(fsys, patterns...)
}

// New prepares a set of templates that was parsed elsewhere, with the zero Config.
func New(t *template.Template) (*Set, error) {
	return Config{}.New(t)
}

// ParseFS parses the files that match the patterns, as html/template does. A
// template is named by the base name of its file; one whose name ends in .mail is a
// whole mail, for [Set.Send]. The error names file and line; mistakes in mail come
// all at once, as [Mistakes].
func (c Config) ParseFS(fsys fs.FS, patterns ...string) (*Set, error) {
	if c.Files == nil {
		c.Files = fsys
	}
	s := &Set{files: &templateFiles{config: c, fsys: fsys, patterns: patterns}}
	if err := s.Reload(); err != nil {
		return nil, err
	}
	return s, nil
}

// New prepares a set of templates that was parsed with [FuncMap] and never
// executed. It works on a clone: t stays as it was. Functions that mail calls
// must be in c.Funcs, for html/template does not tell which ones t was given.
// The error is of type [Mistakes] where the templates have mistakes.
func (c Config) New(t *template.Template) (*Set, error) {
	if t == nil {
		return nil, errors.New("tag: New needs a set of templates")
	}
	compiled, err := c.compile(t, &Mistakes{})
	if err != nil {
		return nil, err
	}
	s := &Set{}
	s.current.Store(compiled)
	return s, nil
}

// Execute executes the named page with data and writes it to w, all of it or
// nothing. The mails that the page sends are added to the transaction of ctx
// (package txn). A page that fails adds none, and its transaction cannot commit
// any more, unless it is rolled back to a savepoint taken before.
//
// A page that sends mail needs a transaction: without one, Execute returns
// [txn.ErrNoTxn]. Its mails may have 128 MiB (134217728 bytes) together.
func (s *Set) Execute(ctx context.Context, w io.Writer, name string, data any) (err error) {
	tx := txn.FromContext(ctx)
	defer doomOn(&err, tx)
	err = errPanicked
	err = s.run(ctx, name, data, func(page []byte, mails []Composed) error {
		if len(mails) > 0 {
			if err := add(tx, mails); err != nil {
				return err
			}
		}
		_, err := w.Write(page)
		return err
	})
	return err
}

// errPanicked is why a transaction is doomed whose page or mail ended in a panic, such
// as one of the page's writer.
var errPanicked = errors.New("tag: a panic ended the execution")

// doomOn keeps the transaction of what failed from committing.
func doomOn(err *error, tx *txn.Txn) {
	if *err != nil {
		tx.Doom(*err)
	}
}

func add(tx *txn.Txn, composed []Composed) error {
	mails := make([]*queue.Mail, len(composed))
	for i, c := range composed {
		mails[i] = c.Mail
	}
	if err := tx.Add(mails...); err != nil {
		return fmt.Errorf("tag: there is mail to send: %w", err)
	}
	return nil
}

// Compose executes the named page as [Set.Execute] does, or makes a mail of the
// named mail template as [Set.Send] does with the options, but outside of any
// transaction, and returns the mails: for previews and tests.
func (s *Set) Compose(ctx context.Context, name string, data any, options ...Option) (mails []Composed, err error) {
	err = s.borrow(ctx, func(r *runner) error {
		if isMail(name) {
			c, err := r.send(name, data, options)
			mails = []Composed{c}
			return err
		}
		if len(options) > 0 {
			return fmt.Errorf("tag: %q is a page, and options are for mail templates: write words behind its sendmail", name)
		}
		_, mails, err = r.run(name, data)
		return err
	})
	if err != nil {
		return nil, err
	}
	return mails, nil
}

// run executes a page and hands what it prints and sends to use. The page's bytes
// are used again by the next execution.
func (s *Set) run(ctx context.Context, name string, data any, use func(page []byte, mails []Composed) error) error {
	return s.borrow(ctx, func(r *runner) error {
		page, mails, err := r.run(name, data)
		if err != nil {
			return err
		}
		return use(page, mails)
	})
}

// borrow lends a runner to use for one execution.
func (s *Set) borrow(ctx context.Context, use func(*runner) error) error {
	c := s.current.Load()
	r, ok := c.runners.Get().(*runner)
	if !ok {
		var err error
		if r, err = newRunner(c); err != nil {
			return err
		}
	}
	r.ctx = ctx
	defer r.release()
	return use(r)
}
