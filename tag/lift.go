package tag

import (
	"fmt"
	"html/template"
	"path"
	"text/template/parse"
)

// sendmailFunc is the name of the action, and of the function that stands in its
// place once the block has been lifted.
const sendmailFunc = "sendmail"

// A block is one sendmail action of a page, moved into a tree of its own.
type block struct {
	lifted
	Source
	words  words
	passed int // how many values the page passes: args and those of words
	parts  []*part
}

// A lifted is a list of nodes that was moved out of its template.
type lifted struct {
	name  string      // of its tree, and in the call that stands in its place: unlike any template's
	tree  *parse.Tree // nil where sendmail had no body
	args  []string    // what the call passes first: ".", and variables with their $
	calls []call      // the templates that it calls
}

// A call is a {{template}} action.
type call struct {
	name string
	tree *parse.Tree
	pos  parse.Pos
}

// A lifter moves the blocks of one template out of its tree.
type lifter struct {
	tree     *parse.Tree
	owner    string
	known    known
	nextName func() string // of a block: two templates may have blocks at the same place of a file of the same name
	blocks   []*block
	outside  []outsideUse
	derived  *derivations
	mistakes *Mistakes
}

// lift moves the blocks of t, which must never have been executed, out of its
// tree, and leaves in the place of each an action that sends the mail and prints
// nothing. A mail template is one block.
func (l *lifter) lift(t *template.Template) []*block {
	if t.Tree == nil || t.Tree.Root == nil {
		return nil
	}
	l.tree = t.Tree
	if isMail(l.owner) {
		l.liftMail(t.Tree)
	} else {
		l.list(t.Tree.Root)
	}
	return l.blocks
}

// liftMail makes a block of a whole template.
func (l *lifter) liftMail(tree *parse.Tree) {
	pos := parse.Pos(0)
	if l.owner != path.Base(tree.ParseName) { // a {{define}} of another file
		pos = tree.Root.Pos
	}
	b := &block{lifted: lifted{name: l.nextName()}, Source: source(l.owner, tree, pos)}
	before := len(*l.mistakes)
	given := map[string]bool{}
	cutByteOrderMark(tree.Root)
	l.body(b, pos, tree.Root, given, false)
	b.args = nil // its dot is its data, and so is $
	if len(*l.mistakes) == before && !given["From"] && !l.known.from {
		l.mistake(pos, ErrNoFrom, errNoFrom.Error(), adviceFrom)
	}
	l.blocks = append(l.blocks, b)
	tree.Root = &parse.ListNode{NodeType: parse.NodeList}
}

func (l *lifter) mistake(pos parse.Pos, code Code, what, instead string) {
	l.mistakes.report(l.tree, pos, problem{code, what, instead})
}

func (l *lifter) list(list *parse.ListNode) {
	if list == nil {
		return
	}
	for i, n := range list.Nodes {
		list.Nodes[i] = l.node(n)
	}
}

// node lifts what is below n and returns what stands in its place.
func (l *lifter) node(n parse.Node) parse.Node {
	switch n := n.(type) {
	case *parse.ActionNode:
		if isSendmail(n.Pipe) {
			return l.liftBlock(n.Pos, n.Line, n.Pipe, nil)
		}
		l.stray(n.Pipe)
	case *parse.TemplateNode:
		l.stray(n.Pipe)
		if isMail(n.Name) {
			l.mistake(n.Pos, ErrNested, fmt.Sprintf("a page calls the mail template %q", n.Name), "send it with Set.Send, or write a sendmail block")
		}
	case *parse.IfNode:
		l.branch(&n.BranchNode)
	case *parse.RangeNode:
		l.branch(&n.BranchNode)
	case *parse.WithNode:
		if isSendmail(n.Pipe) {
			if n.ElseList != nil {
				l.mistake(n.ElseList.Pos, ErrElse, "a sendmail block has an else", "close the block with {{end}}; it has no other branch")
			}
			return l.liftBlock(n.Pos, n.Line, n.Pipe, n.List)
		}
		l.branch(&n.BranchNode)
	}
	return n
}

func (l *lifter) branch(b *parse.BranchNode) {
	l.stray(b.Pipe)
	l.list(b.List)
	l.list(b.ElseList)
}

// isSendmail reports whether the pipeline begins with a call of sendmail.
func isSendmail(pipe *parse.PipeNode) bool {
	return begins(pipe, sendmailFunc)
}

// sendsMail reports whether the node is a sendmail action.
func sendsMail(n parse.Node) bool {
	switch n := n.(type) {
	case *parse.ActionNode:
		return isSendmail(n.Pipe)
	case *parse.WithNode:
		return isSendmail(n.Pipe)
	}
	return false
}

// stray reports every sendmail that is no action of its own.
func (l *lifter) stray(pipe *parse.PipeNode) {
	if pipe != nil {
		eachNode(pipe, l.strayNode)
	}
}

func (l *lifter) strayNode(n parse.Node) {
	l.noteOutside(n)
	if isCallOf(n, sendmailFunc) {
		l.mistake(n.Position(), ErrPipeline, "sendmail stands inside another expression", `write {{with sendmail "immediate"}}…{{end}}, or {{sendmail "to" …}} alone`)
	}
}

// body moves the list of a block into a tree of its own, and returns what must be
// passed to it.
func (l *lifter) body(b *block, pos parse.Pos, list *parse.ListNode, given map[string]bool, hasText bool) []parse.Node {
	passed := l.outer(&b.lifted, list)
	l.checkTypes(list, nil)
	l.liftParts(b, list)
	silenceFiles(list)
	printed := l.mail(pos, list, given, hasText)
	b.tree = l.own(b.name, list)
	l.checkBodies(b, pos, printed, hasText)
	return passed
}

// liftBlock makes a block of a sendmail action and returns its replacement.
func (l *lifter) liftBlock(pos parse.Pos, line int, pipe *parse.PipeNode, body *parse.ListNode) parse.Node {
	b := &block{lifted: lifted{name: l.nextName()}, Source: source(l.owner, l.tree, pos)}
	before := len(*l.mistakes)
	w := l.words(pipe.Cmds[0].Args[1:])
	b.words = w
	var passed []parse.Node
	given := w.headers()
	if body != nil {
		passed = l.body(b, pos, body, given, w.has(wordText))
	}
	for _, said := range w {
		if said.value != nil {
			eachNode(said.value, l.strayNode)
			usePrinters(said.value)
			passed = append(passed, said.value)
		}
	}
	b.passed = len(passed)
	if len(pipe.Cmds) > 1 || len(pipe.Decl) > 0 {
		l.mistake(pos, ErrPipeline, "sendmail stands in a pipeline or an assignment", `write {{with sendmail "immediate"}}…{{end}}`)
	}
	if len(*l.mistakes) == before {
		l.complete(pos, given, body == nil)
	}
	l.blocks = append(l.blocks, b)
	return silentCall(sendmailFunc, pos, line, b.name, passed)
}

// complete reports a mail that no execution can make whole, for what it needs
// stands nowhere in the block, or among the words of a sendmail that stands alone.
func (l *lifter) complete(pos parse.Pos, given map[string]bool, alone bool) {
	from, recipient := adviceFrom, adviceRecipient
	if alone {
		from, recipient = adviceFromAlone, adviceRecipientAlone
	}
	if !given["From"] && !l.known.from {
		l.mistake(pos, ErrNoFrom, errNoFrom.Error(), from)
	}
	if !given["To"] && !given["Cc"] && !given["Bcc"] {
		l.mistake(pos, ErrNoRecipient, errNoRecipient.Error(), recipient)
	}
}

// own returns a tree for a list of the template, with its text, of which errors
// tell the line.
func (l *lifter) own(name string, list *parse.ListNode) *parse.Tree {
	tree := *l.tree
	tree.Name, tree.Root = name, list
	return &tree
}
