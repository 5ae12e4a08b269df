package tag

import (
	"fmt"
	"html/template"
	"io/fs"
	"strings"
	"sync"
	texttemplate "text/template"
	"text/template/parse"
)

// A compiled set is what the templates were made into. It does not change.
type compiled struct {
	page      *template.Template     // never executed: runners are its clones
	text      *texttemplate.Template // the blocks, their text parts, and every template as a text calls it
	html      *template.Template     // the HTML parts, and every template as one calls it
	blocks    map[string]*block      // by the names of their trees
	parts     map[string]*part       // by the names of their trees
	templates map[string]*block      // the mail templates, by their names
	defaults
	files   fs.FS
	runners sync.Pool
}

// A preparer makes a compiled set.
type preparer struct {
	*compiled
	known    known
	nextName func() string          // of what is made of a template: unlike any template's
	trees    map[string]*parse.Tree // every template, without its blocks
	blocksOf map[string]*block      // a block of each template that has one
	reached  map[string]bool        // the templates that mail calls
	outside  []outsideUse
	derived  *derivations
	mistakes *Mistakes
}

// compile prepares a set of templates that was never executed.
func (c Config) compile(t *template.Template, mistakes *Mistakes) (*compiled, error) {
	set := &compiled{blocks: map[string]*block{}, parts: map[string]*part{}, templates: map[string]*block{}, files: c.Files}
	c.checkShadowed(mistakes)
	var err error
	if set.defaults, err = c.defaults(); err != nil {
		return nil, err
	}
	if set.page, err = t.Clone(); err != nil {
		return nil, fmt.Errorf("tag: the templates were executed before they came here: %w", err)
	}
	set.page.Funcs(pagePrinters(c.Funcs))
	funcs := mailFuncs(c.Funcs)
	p := &preparer{
		compiled: set, known: known{funcs: funcs, from: len(set.from) > 0, files: c.Files},
		trees: map[string]*parse.Tree{}, blocksOf: map[string]*block{}, reached: map[string]bool{}, mistakes: mistakes,
	}
	if err := p.prepare(funcs); err != nil {
		return nil, err
	}
	r, err := newRunner(set)
	set.runners.Put(r)
	return set, err
}

// prepare lifts the blocks and makes the sets of templates that they call.
func (p *preparer) prepare(funcs map[string]any) error {
	names := p.blockNames()
	p.nextName = names
	p.derived = newDerivations(p.source, p.known, names, p.mistakes)
	for _, t := range p.page.Templates() {
		p.lift(t, names)
	}
	for _, t := range p.page.Templates() {
		if t.Tree != nil && !isMail(t.Name()) {
			p.trees[t.Name()] = t.Tree.Copy()
		}
	}
	for _, b := range p.blocks {
		p.checkCalls(b)
	}
	p.derived.build()
	p.checkOutside()
	if err := p.makeHTML(funcs); err != nil {
		return err
	}
	if err := p.mistakes.err(); err != nil {
		return err
	}
	return p.makeTexts(funcs)
}

// source returns a copy of a template that mail may call, nil where there is none.
func (p *preparer) source(name string) *parse.Tree {
	t := p.page.Lookup(name)
	if t == nil || t.Tree == nil || isMail(name) {
		return nil
	}
	return t.Tree.Copy()
}

// lift moves the blocks and parts of a template into the set.
func (p *preparer) lift(t *template.Template, names func() string) {
	l := &lifter{owner: t.Name(), known: p.known, nextName: names, derived: p.derived, mistakes: p.mistakes}
	for _, b := range l.lift(t) {
		p.blocks[b.name] = b
		if isMail(t.Name()) {
			p.templates[t.Name()] = b
		} else {
			p.blocksOf[t.Name()] = b
		}
		for _, part := range b.parts {
			p.parts[part.name] = part
		}
	}
	p.outside = append(p.outside, l.outside...)
}

// blockNames returns a function that gives each block and part a name that no
// template has. Its place would not do: two templates of a set can come from files
// of the same name.
func (p *preparer) blockNames() func() string {
	n := 0
	return func() string {
		for {
			n++
			if name := fmt.Sprintf("mail %d", n); p.page.Lookup(name) == nil {
				return name
			}
		}
	}
}

// makeHTML makes the set of HTML, and reports what is wrong with it.
func (p *preparer) makeHTML(funcs map[string]any) error {
	p.html = template.New("").Option("missingkey=error").Funcs(funcs)
	for name, tree := range p.trees {
		tree = tree.Copy()
		prepareHTML(tree.Root)
		if err := p.addHTML(name, tree); err != nil {
			return err
		}
	}
	for name, part := range p.parts {
		if !part.html() {
			continue
		}
		part.declareOuter()
		if err := p.addHTML(name, part.tree); err != nil {
			return err
		}
	}
	return p.checkHTML()
}

// makeTexts makes the set of texts.
func (p *preparer) makeTexts(funcs map[string]any) error {
	p.text = texttemplate.New("").Option("missingkey=error").Funcs(funcs)
	for name, tree := range p.trees {
		prepareText(tree.Root)
		if err := p.addText(name, tree); err != nil {
			return err
		}
	}
	for name, tree := range p.derived.trees {
		if err := p.addText(name, tree); err != nil {
			return err
		}
	}
	for name, b := range p.blocks {
		if b.tree == nil {
			continue
		}
		b.declareOuter()
		if err := p.addText(name, b.tree); err != nil {
			return err
		}
	}
	for name, part := range p.parts {
		if part.html() {
			continue
		}
		part.declareOuter()
		if err := p.addText(name, part.tree); err != nil {
			return err
		}
	}
	return nil
}

func (p *preparer) addText(name string, tree *parse.Tree) error {
	if _, err := p.text.AddParseTree(name, tree); err != nil {
		return fmt.Errorf("tag: %w", err)
	}
	return nil
}

func (p *preparer) addHTML(name string, tree *parse.Tree) error {
	if _, err := p.html.AddParseTree(name, tree); err != nil {
		return fmt.Errorf("tag: %w", err)
	}
	return nil
}

// isMail reports whether a template of that name is a whole mail.
func isMail(name string) bool { return strings.HasSuffix(name, ".mail") }
