package tag

import (
	"fmt"
	"slices"
	"strings"
	"text/template/parse"
)

// A scope finds what a block uses of the page around it.
type scope struct {
	*lifter
	lifted *lifted
	locals []string // variables declared so far in the block, innermost last
	loops  int      // ranges around this place, within the block
	inPart bool
	html   bool       // in an HTML part, or in a template that one may call
	attach parse.Node // an attach that stands as an action of its own
	passed []parse.Node
}

// outer checks the names that a list uses which will be lifted. It returns what
// must be passed to it, dot and variables, and records their names in its args.
func (l *lifter) outer(into *lifted, list *parse.ListNode) []parse.Node {
	s := &scope{lifter: l, lifted: into}
	s.list(list)
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
		if isAttach(n) {
			s.attach = n.Pipe.Cmds[len(n.Pipe.Cmds)-1].Args[0]
		}
		s.pipe(n.Pipe)
	case *parse.TemplateNode:
		s.pipe(n.Pipe)
		s.lifted.calls = append(s.lifted.calls, call{name: n.Name, tree: s.tree, pos: n.Pos})
	case *parse.IfNode:
		s.branch(&n.BranchNode)
	case *parse.WithNode:
		if isPart(n) {
			s.part(n)
			return
		}
		s.branch(&n.BranchNode)
	case *parse.RangeNode:
		s.loops++
		s.branch(&n.BranchNode)
		s.loops--
	case *parse.BreakNode, *parse.ContinueNode:
		if s.loops == 0 {
			s.mistake(n.Position(), ErrJump, fmt.Sprintf("%s leaves %s", n, s.what()), "put it outside")
		}
	}
}

// part walks a part, of which liftPart reads the type.
func (s *scope) part(n *parse.WithNode) {
	if s.inPart {
		s.mistake(n.Pos, ErrNested, "a part stands inside a part", "close the first with {{end}} before the second begins")
		return
	}
	html := s.html
	s.html, s.inPart = isHTML(literalType(n)), true
	declared := len(s.locals)
	s.list(n.List)
	s.locals = s.locals[:declared]
	s.html, s.inPart = html, false
}

// what says in words which list is being walked.
func (s *scope) what() string {
	if s.inPart {
		return "the part"
	}
	return "the sendmail block"
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
			s.mistake(v.Pos, ErrOuterAssignment, fmt.Sprintf("%s assigns to %s, which was declared outside it", s.what(), v.Ident[0]), "declare a variable of its own with :=")
		}
	}
}

// use records what a node takes from outside the block.
func (s *scope) use(n parse.Node) {
	switch n := n.(type) {
	case *parse.PipeNode:
		s.checkFiles(n)
	case *parse.DotNode, *parse.FieldNode:
		s.pass(".", &parse.DotNode{NodeType: parse.NodeDot, Pos: n.Position()})
	case *parse.VariableNode:
		if name := n.Ident[0]; !slices.Contains(s.locals, name) {
			s.pass(name, &parse.VariableNode{NodeType: parse.NodeVariable, Pos: n.Pos, Ident: []string{name}})
		}
	case *parse.IdentifierNode:
		s.misplaced(n)
		s.checkFunc(n, s.tree)
	}
}

// misplaced reports the actions of mail where they cannot stand.
func (s *scope) misplaced(id *parse.IdentifierNode) {
	switch {
	case id.Ident == attachFunc && id != s.attach, id.Ident == partFunc:
		s.mistake(id.Pos, ErrPipeline, fmt.Sprintf("%s stands inside another expression", id.Ident), `write {{with part "text/html"}}…{{end}}, or {{attach "terms.pdf" .PDF}} alone`)
	case id.Ident == embedFunc && !s.html:
		s.mistake(id.Pos, ErrPartPlace, "embed stands outside of an HTML part", `write <img src="{{embed "logo.png"}}"> in {{with part "text/html"}}…{{end}}`)
	case id.Ident == sendmailFunc:
		s.strayNode(id)
	}
}

func (s *scope) pass(name string, value parse.Node) {
	if !slices.Contains(s.lifted.args, name) {
		s.lifted.args = append(s.lifted.args, name)
		s.passed = append(s.passed, value)
	}
}

// checkFunc reports a function that mail does not have: html/template does not
// tell the functions that a set of templates was given.
func (l *lifter) checkFunc(id *parse.IdentifierNode, tree *parse.Tree) {
	if id.Ident != sendmailFunc && !l.known.has(id.Ident) {
		l.mistakes.report(tree, id.Pos, problem{ErrUnknownFunc, fmt.Sprintf("the function %q is not known", id.Ident), adviceOnFunc(id.Ident)})
	}
}

// adviceOnFunc tells what to write instead of a function that is not known.
func adviceOnFunc(name string) string {
	for _, meant := range reserved {
		if strings.EqualFold(name, meant) {
			return "write " + meant
		}
	}
	advice := "give it in Config.Funcs, where mail finds its functions too"
	if wordNamed(name) != nil {
		advice = fmt.Sprintf("write %q where you mean the word of sendmail, or %s", name, advice)
	}
	return advice
}

// declareOuter puts {{$x := _mail_outer "$x"}} before a lifted tree, for every
// variable from outside that it uses, $ among them.
func (b *lifted) declareOuter() {
	var declarations []parse.Node
	for _, name := range b.args {
		if strings.HasPrefix(name, "$") {
			declarations = append(declarations, declaration(name))
		}
	}
	b.tree.Root.Nodes = append(declarations, b.tree.Root.Nodes...)
}

func declaration(name string) parse.Node {
	return &parse.ActionNode{NodeType: parse.NodeAction, Pipe: &parse.PipeNode{
		NodeType: parse.NodePipe,
		Decl:     []*parse.VariableNode{{NodeType: parse.NodeVariable, Ident: []string{name}}},
		Cmds:     []*parse.CommandNode{command(outerFunc, 0, stringNode(name, 0))},
	}}
}
