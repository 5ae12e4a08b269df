package tag

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/template/parse"
)

// eachNode calls visit for n and every node of the expression below it.
func eachNode(n parse.Node, visit func(parse.Node)) {
	visit(n)
	switch n := n.(type) {
	case *parse.PipeNode:
		for _, cmd := range n.Cmds {
			eachNode(cmd, visit)
		}
	case *parse.CommandNode:
		for _, arg := range n.Args {
			eachNode(arg, visit)
		}
	case *parse.ChainNode:
		eachNode(n.Node, visit)
	}
}

// A scope finds what a block uses of the page around it.
type scope struct {
	*lifter
	block  *block
	locals []string // variables declared so far in the block, innermost last
	loops  int      // ranges around this place, within the block
	passed []parse.Node
}

// outer checks the names that a block's body uses. It returns what the page must
// pass to it, dot and variables, and records their names in b.args.
func (l *lifter) outer(b *block, body *parse.ListNode) []parse.Node {
	s := &scope{lifter: l, block: b}
	s.list(body)
	return s.passed
}

func (s *scope) list(list *parse.ListNode) {
	if list == nil {
		return
	}
	for _, n := range list.Nodes {
		s.node(n)
	}
}

func (s *scope) node(n parse.Node) {
	if sendsMail(n) {
		s.mistake(n.Position(), ErrNested, "a sendmail block stands inside a sendmail block", "close the first with {{end}} before the second begins")
		return
	}
	switch n := n.(type) {
	case *parse.ActionNode:
		s.pipe(n.Pipe)
	case *parse.TemplateNode:
		s.pipe(n.Pipe)
		s.block.calls = append(s.block.calls, call{name: n.Name, tree: s.tree, pos: n.Pos})
	case *parse.IfNode:
		s.branch(&n.BranchNode)
	case *parse.WithNode:
		s.branch(&n.BranchNode)
	case *parse.RangeNode:
		s.loops++
		s.branch(&n.BranchNode)
		s.loops--
	case *parse.BreakNode, *parse.ContinueNode:
		if s.loops == 0 {
			s.mistake(n.Position(), ErrJump, fmt.Sprintf("%s leaves the sendmail block", n), "put it outside the block")
		}
	}
}

// branch walks a control structure: what it declares ends with it.
func (s *scope) branch(b *parse.BranchNode) {
	declared := len(s.locals)
	s.pipe(b.Pipe)
	inPipe := len(s.locals)
	s.list(b.List)
	s.locals = s.locals[:inPipe]
	s.list(b.ElseList)
	s.locals = s.locals[:declared]
}

func (s *scope) pipe(pipe *parse.PipeNode) {
	if pipe == nil {
		return
	}
	eachNode(pipe, s.use)
	for _, v := range pipe.Decl {
		switch {
		case !pipe.IsAssign:
			s.locals = append(s.locals, v.Ident[0])
		case !slices.Contains(s.locals, v.Ident[0]):
			s.mistake(v.Pos, ErrOuterAssignment, fmt.Sprintf("the block assigns to %s, which was declared outside it", v.Ident[0]), "declare a variable of its own with :=")
		}
	}
}

// use records what a node takes from outside the block.
func (s *scope) use(n parse.Node) {
	switch n := n.(type) {
	case *parse.DotNode, *parse.FieldNode:
		s.pass(".", &parse.DotNode{NodeType: parse.NodeDot, Pos: n.Position()})
	case *parse.VariableNode:
		if name := n.Ident[0]; !slices.Contains(s.locals, name) {
			s.pass(name, &parse.VariableNode{NodeType: parse.NodeVariable, Pos: n.Pos, Ident: []string{name}})
		}
	case *parse.IdentifierNode:
		s.strayNode(n)
		s.checkFunc(n, s.tree)
	}
}

func (s *scope) pass(name string, value parse.Node) {
	if !slices.Contains(s.block.args, name) {
		s.block.args = append(s.block.args, name)
		s.passed = append(s.passed, value)
	}
}

// checkFunc reports a function that mail does not have: html/template does not
// tell the functions that a set of templates was given.
func (l *lifter) checkFunc(id *parse.IdentifierNode, tree *parse.Tree) {
	if id.Ident != sendmailFunc && !l.known.has(id.Ident) {
		l.mistakes.report(tree, id.Pos, problem{ErrUnknownFunc, fmt.Sprintf("mail does not have the function %q", id.Ident), "give it in Config.Funcs as well"})
	}
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
