package tag

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"strings"
	"sync"
	texttemplate "text/template"
	"text/template/parse"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/txn"
)

// Config says how templates are parsed and what their mails have by default. Its
// zero value works.
type Config struct {
	From  string           // the author of mail without a From line: an address, with a name or without; none
	Funcs template.FuncMap // the application's functions, for pages and mail; none
}

// A Set is a set of page templates whose sendmail blocks have been lifted out of
// them. It is safe for concurrent use.
type Set struct {
	page    *template.Template     // never executed: runners are its clones
	text    *texttemplate.Template // the blocks, and every template as a text body calls it
	blocks  map[string]*block
	from    []address
	runners sync.Pool
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
// template is named by the base name of its file. The error names file and line;
// mistakes in sendmail blocks come all at once, as [Mistakes].
func (c Config) ParseFS(fsys fs.FS, patterns ...string) (*Set, error) {
	t, err := template.New("").Funcs(FuncMap()).Funcs(c.Funcs).ParseFS(fsys, patterns...)
	if err != nil && strings.Contains(err.Error(), "unexpected {{end}}") {
		return nil, fmt.Errorf("tag: %w (a sendmail block begins with {{with sendmail …}})", err)
	}
	if err != nil {
		return nil, fmt.Errorf("tag: %w", err)
	}
	return c.New(t)
}

// New prepares a set of templates that was parsed with [FuncMap] and never
// executed. It works on a clone: t stays as it was. Functions that mail calls
// must be in c.Funcs, for html/template does not tell which ones t was given.
// The error is of type [Mistakes] where the templates have mistakes.
func (c Config) New(t *template.Template) (*Set, error) {
	if t == nil {
		return nil, errors.New("tag: New needs a set of templates")
	}
	if c.Funcs[sendmailFunc] != nil {
		return nil, errors.New("tag: Config.Funcs has a function sendmail, which is the name of the action: give yours another")
	}
	s := &Set{blocks: map[string]*block{}}
	if c.From != "" {
		from, err := oneAddress(c.From)
		if err != nil {
			return nil, fmt.Errorf("tag: Config.From: %w", err)
		}
		s.from = []address{from}
	}
	var err error
	if s.page, err = t.Clone(); err != nil {
		return nil, fmt.Errorf("tag: the templates were executed before they came here: %w", err)
	}
	if err := s.prepare(c.Funcs); err != nil {
		return nil, err
	}
	_, err = newRunner(s)
	return s, err
}

// prepare lifts the blocks and makes the set of texts that they call.
func (s *Set) prepare(own template.FuncMap) error {
	funcs := mailFuncs(own)
	s.text = texttemplate.New("").Option("missingkey=error").Funcs(funcs)
	var mistakes Mistakes
	p := &preparer{known: known{funcs, len(s.from) > 0}, trees: map[string]*parse.Tree{}, blocksOf: map[string]*block{}, mistakes: &mistakes}
	names := s.blockNames()
	for _, t := range s.page.Templates() {
		for _, b := range lift(t, p.known, names, &mistakes) {
			s.blocks[b.name] = b
			p.blocksOf[b.Template] = b
		}
	}
	for _, t := range s.page.Templates() {
		if t.Tree != nil {
			p.trees[t.Name()] = t.Tree.Copy()
		}
	}
	for _, b := range s.blocks {
		p.checkCalls(b)
	}
	if err := mistakes.err(); err != nil {
		return err
	}
	return s.addTexts(p.trees)
}

// blockNames returns a function that gives each block a name that no template
// has. Its place would not do: two templates of a set can come from files of the
// same name.
func (s *Set) blockNames() func() string {
	n := 0
	return func() string {
		for {
			n++
			if name := fmt.Sprintf("mail %d", n); s.page.Lookup(name) == nil {
				return name
			}
		}
	}
}

// addTexts adds the blocks, and every template for text bodies to call.
func (s *Set) addTexts(trees map[string]*parse.Tree) error {
	for name, tree := range trees {
		escapeTree(tree.Root)
		if _, err := s.text.AddParseTree(name, tree); err != nil {
			return fmt.Errorf("tag: %w", err)
		}
	}
	for name, b := range s.blocks {
		if b.tree == nil {
			continue
		}
		b.declareOuter()
		if _, err := s.text.AddParseTree(name, b.tree); err != nil {
			return fmt.Errorf("tag: %w", err)
		}
	}
	return nil
}

// Execute executes the named page with data and writes it to w, all of it or
// nothing. The mails that the page sends are added to the transaction of ctx
// (package txn). A page that fails adds none, and its transaction cannot commit
// any more, unless it is rolled back to a savepoint taken before.
//
// A page that sends mail needs a transaction: without one, Execute returns
// [txn.ErrNoTxn].
func (s *Set) Execute(ctx context.Context, w io.Writer, name string, data any) error {
	tx := txn.FromContext(ctx)
	page, mails, err := s.run(name, data)
	if err == nil && len(mails) > 0 {
		err = add(tx, mails)
	}
	if err == nil {
		_, err = w.Write(page)
	}
	if err != nil {
		tx.Doom(err)
	}
	return err
}

func add(tx *txn.Txn, composed []Composed) error {
	mails := make([]*queue.Mail, len(composed))
	for i, c := range composed {
		mails[i] = c.Mail
	}
	if err := tx.Add(mails...); err != nil {
		return fmt.Errorf("tag: a page sends mail: %w", err)
	}
	return nil
}

// Compose executes the named page as [Set.Execute] does, but outside of any
// transaction, and returns the mails that it would send: for previews and tests.
func (s *Set) Compose(name string, data any) ([]Composed, error) {
	_, mails, err := s.run(name, data)
	return mails, err
}

func (s *Set) run(name string, data any) ([]byte, []Composed, error) {
	r, ok := s.runners.Get().(*runner)
	if !ok {
		var err error
		if r, err = newRunner(s); err != nil {
			return nil, nil, err
		}
	}
	defer s.runners.Put(r)
	return r.run(name, data)
}
