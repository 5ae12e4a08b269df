package tag

import (
	"fmt"
	"slices"
	"text/template/parse"
)

// derivations are copies of the templates that headers call: one for each kind of
// place where a template is called, and for each use that is made of the values in
// which it ends, with the escapers of that place. html/template derives templates
// in the same way.
type derivations struct {
	source   func(name string) *parse.Tree // a template of the set, nil where there is none
	known    known
	nextName func() string // of a copy
	mistakes *Mistakes

	endings map[callKey]*ending // what is known of where templates end
	order   []callKey           // of endings, as they were found
	trials  int
	names   map[derivation]string
	queue   []derived // copies that are to be made
	trees   map[string]*parse.Tree
	failed  []call // of templates that no copy could be made of
}

// maxTrials bounds how often the templates of a set are gone through to learn where
// they end.
const maxTrials = 2_000

// A callKey is a template and the kind of place where it is called.
type callKey struct {
	template string
	state    state
	header   header
	filled   bool
	open     bool // values before the call belong to the same address and do not know yet what they are
}

// A derivation is a template at a kind of place, and what its last values are used
// for.
type derivation struct {
	callKey
	use use
}

// A derived is a copy of a template, and the call that asked for it first.
type derived struct {
	derivation
	name, caller string
}

func newDerivations(source func(string) *parse.Tree, k known, nextName func() string, mistakes *Mistakes) *derivations {
	return &derivations{
		source: source, known: k, nextName: nextName, mistakes: mistakes,
		endings: map[callKey]*ending{}, names: map[derivation]string{}, trees: map[string]*parse.Tree{},
	}
}

// named returns the name of a copy, which build makes.
func (d *derivations) named(v derivation, caller string) string {
	name, ok := d.names[v]
	if !ok {
		name = d.nextName()
		d.names[v] = name
		d.queue = append(d.queue, derived{v, name, caller})
	}
	return name
}

// build makes the copies that were asked for, and those that they ask for.
func (d *derivations) build() {
	for len(d.queue) > 0 {
		next := d.queue[0]
		d.queue = d.queue[1:]
		w := d.walker(next.callKey, next.caller, d.mistakes)
		if w == nil {
			continue
		}
		w.through(next.callKey, next.use)
		w.tree.Name = next.name
		d.trees[next.name] = w.tree
	}
	d.check()
}

// check makes sure that no set is used with a call that has no copy to go to.
func (d *derivations) check() {
	for _, c := range d.failed {
		if len(*d.mistakes) == 0 {
			d.mistakes.report(c.tree, c.pos, problem{ErrTemplateCall, fmt.Sprintf("the template %q cannot be called in the headers", c.name), "write the header lines in the block itself"})
		}
	}
}

// walker returns a walker of a copy of the template, nil where mail cannot call it.
func (d *derivations) walker(key callKey, caller string, mistakes *Mistakes) *walker {
	tree := d.source(key.template)
	if tree == nil || tree.Root == nil || callsAny(tree.Root, sendmailFunc) {
		return nil // reported by checkCalls
	}
	l := &lifter{tree: tree, owner: key.template, known: d.known, nextName: d.nextName, mistakes: mistakes, derived: d}
	return &walker{lifter: l, given: map[string]bool{}, once: map[string]bool{}, caller: caller}
}

// through walks a whole called template, and returns where it ends. Values in which
// it ends get the escapers of the use, where that is known.
func (w *walker) through(key callKey, u use) ending {
	before := &hole{}
	c := place{state: key.state, header: key.header, filled: key.filled, touched: true}
	if key.open {
		c.holes = []*hole{before}
	}
	silenceFiles(w.tree.Root)
	layOutCalled(w.tree.Root, key.state)
	c = w.list(c, w.tree.Root)
	if c.state == stateName {
		c = w.fail(w.tree.Root.Pos, noColon(c.name))
	}
	own := slices.DeleteFunc(slices.Clone(c.holes), func(h *hole) bool { return h == before })
	for _, h := range own {
		if u != unused {
			w.use(h, u)
		}
	}
	end := ending{place: c, open: slices.Contains(c.holes, before), part: before.part, uses: before.uses, leaves: len(own) > 0, given: w.given, once: w.once}
	end.holes, end.column = nil, 0
	return end
}

// callsAny reports whether a list calls the function at the beginning of a pipeline.
func callsAny(list *parse.ListNode, function string) bool {
	found := false
	eachList(list, func(list *parse.ListNode) {
		for _, n := range list.Nodes {
			found = found || begins(pipeOf(n), function)
		}
	})
	return found
}
