package tag

import (
	"fmt"
	"text/template/parse"
)

// checkCalls follows the templates that a block's body calls: they must exist,
// use functions that mail has, and send no mail themselves.
func (p *preparer) checkCalls(b *block) {
	seen := map[string]bool{}
	for calls := b.calls; len(calls) > 0; {
		c := calls[0]
		calls = calls[1:]
		tree := p.trees[c.name]
		switch {
		case isMail(c.name):
			p.mistakes.report(c.tree, c.pos, problem{ErrNested, fmt.Sprintf("a mail calls the mail template %q", c.name), "move what they share into a template of another name"})
			continue
		case tree == nil && p.incomplete():
			continue
		case tree == nil:
			p.mistakes.report(c.tree, c.pos, problem{ErrNoTemplate, fmt.Sprintf("the template %q does not exist", c.name), "name one of the set"})
			continue
		case p.blocksOf[c.name] != nil:
			p.mistakes.report(c.tree, c.pos, problem{ErrNested, fmt.Sprintf("a mail calls the template %q, which sends mail itself", c.name), "move the sendmail block out of it"})
			continue
		case seen[c.name]:
			continue
		}
		seen[c.name], p.reached[c.name] = true, true
		l := &lifter{tree: tree, known: p.known, mistakes: p.mistakes}
		calls = append(calls, l.called(tree.Root)...)
	}
}

// incomplete reports whether a file did not parse: it may hold what others seem to
// lack.
func (p *preparer) incomplete() bool {
	return p.mistakes.has(ErrSyntax) || p.mistakes.has(ErrDefine)
}

// called checks the functions of a template that mail calls, and returns the
// templates that it calls in turn.
func (l *lifter) called(list *parse.ListNode) []call {
	b := &lifted{}
	s := &scope{lifter: l, lifted: b, loops: 1, html: true}
	s.list(list)
	return b.calls
}
