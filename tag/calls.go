package tag

import (
	"fmt"
	"strconv"
	"strings"
	"text/template/parse"
)

// A preparer checks what the blocks of a set call.
type preparer struct {
	known    known
	trees    map[string]*parse.Tree // every template, without its blocks
	blocksOf map[string]*block      // a block of each template that has one
	mistakes *Mistakes
}

// checkCalls follows the templates that a block's body calls: they must exist,
// use functions that mail has, and send no mail themselves.
func (p *preparer) checkCalls(b *block) {
	seen := map[string]bool{}
	for calls := b.calls; len(calls) > 0; {
		c := calls[0]
		calls = calls[1:]
		tree := p.trees[c.name]
		switch {
		case tree == nil:
			p.mistakes.report(c.tree, c.pos, fmt.Sprintf("the template %q does not exist", c.name), "name one of the set")
			continue
		case p.blocksOf[c.name] != nil:
			p.mistakes.report(c.tree, c.pos, fmt.Sprintf("a mail calls the template %q, which sends mail itself", c.name), "move the sendmail block out of it")
			continue
		case seen[c.name]:
			continue
		}
		seen[c.name] = true
		l := &lifter{tree: tree, known: p.known, mistakes: p.mistakes}
		calls = append(calls, l.called(tree.Root)...)
	}
}

// called checks the functions of a template that mail calls, and returns the
// templates that it calls in turn.
func (l *lifter) called(list *parse.ListNode) []call {
	b := &block{}
	s := &scope{lifter: l, block: b, loops: 1}
	s.list(list)
	return b.calls
}

// escapeTree appends the escaper of text bodies to a template's values.
func escapeTree(list *parse.ListNode) {
	var all func(nodes []parse.Node)
	all = func(nodes []parse.Node) { escapeText(nodes, all) }
	all(list.Nodes)
}

// declareOuter puts {{$x := _mail_outer "$x"}} before a block's tree, for every
// variable of the page that it uses, $ among them.
func (b *block) declareOuter() {
	var declarations []parse.Node
	for _, name := range b.args {
		if strings.HasPrefix(name, "$") {
			declarations = append(declarations, declaration(name))
		}
	}
	b.tree.Root.Nodes = append(declarations, b.tree.Root.Nodes...)
}

func declaration(name string) parse.Node {
	call := &parse.CommandNode{NodeType: parse.NodeCommand, Args: []parse.Node{
		parse.NewIdentifier(outerFunc),
		&parse.StringNode{NodeType: parse.NodeString, Quoted: strconv.Quote(name), Text: name},
	}}
	return &parse.ActionNode{NodeType: parse.NodeAction, Pipe: &parse.PipeNode{
		NodeType: parse.NodePipe,
		Decl:     []*parse.VariableNode{{NodeType: parse.NodeVariable, Ident: []string{name}}},
		Cmds:     []*parse.CommandNode{call},
	}}
}
