package tag

import (
	"slices"
	"text/template/parse"
)

// A walker goes through a block's body as it will be executed, finds the context
// of each value, and appends the context's escaper to it, as html/template does
// for pages.
type walker struct {
	*lifter
	indent int             // how many blanks begin each line of the block
	given  map[string]bool // headers that stand in the block or in its words
	once   map[string]bool // headers that stand outside of branches
	joined header          // the last header, where its last line continues it
	depth  int             // control structures around this place
	jumps  []*[]place      // for each range around: where break and continue left it
	caller string          // file:line:column of the call, in a called template
	trial  bool            // only to learn where a called template ends
}

// mail analyses the list of a block and gives it its escapers, and a mark where the
// headers end. It adds the headers that it finds to given, and returns the first node
// of the body that prints something, nil where none does.
func (l *lifter) mail(pos parse.Pos, body *parse.ListNode, given map[string]bool, hasText bool) (printed parse.Node) {
	w := &walker{lifter: l, indent: l.indent(pos, body), given: given, once: map[string]bool{}}
	c := place{touched: true, column: w.indent} // {{with}} stands on this line
	for i, n := range body.Nodes {
		c = w.afterComment(c, body.Nodes, i)
		text, ok := n.(*parse.TextNode)
		if !ok {
			c = w.node(c, n)
			continue
		}
		end := text.Pos + parse.Pos(len(text.Text))
		var rest []byte
		if c, rest = w.text(c, body.Nodes, i); rest != nil {
			first := &parse.TextNode{NodeType: parse.NodeText, Pos: end - parse.Pos(len(rest)), Text: rest}
			nodes := append([]parse.Node{first}, body.Nodes[i+1:]...)
			printed = firstPrinted(nodes) // as long as its place can be told: before blanks are taken off
			first.Text = dedent(rest, w.indent, true)
			w.body(nodes[1:])
			body.Nodes = append(append(body.Nodes[:i+1:i+1], bodyMark(first.Pos)), nodes...)
			return printed
		}
	}
	if w.joined.kind == unstructuredHeader && !hasText {
		w.mistake(pos, ErrContinuation, "the block has no blank line, and its last line continues the header "+w.joined.name, "put a blank line before the body")
	}
	w.endLine(c, pos)
	return nil
}

func (w *walker) list(c place, list *parse.ListNode) place {
	for i, n := range list.Nodes {
		c = w.afterComment(c, list.Nodes, i)
		if n.Type() == parse.NodeText {
			c, _ = w.text(c, list.Nodes, i)
			continue
		}
		c = w.node(c, n)
	}
	return c
}

// afterComment marks the line of a comment: the parser drops comments, so that
// two texts stand side by side.
func (w *walker) afterComment(c place, nodes []parse.Node, i int) place {
	if i > 0 && nodes[i].Type() == parse.NodeText && nodes[i-1].Type() == parse.NodeText {
		c.touched = true
	}
	return c
}

// node walks an action or a control structure in the headers.
func (w *walker) node(c place, n parse.Node) place {
	if c.state == stateError {
		return c
	}
	if sendsMail(n) {
		return behind(ErrBlankLine) // reported elsewhere
	}
	switch n := n.(type) {
	case *parse.ActionNode:
		if len(n.Pipe.Decl) > 0 {
			c.touched = true
			return c
		}
		return w.value(c, n)
	case *parse.TemplateNode:
		return w.call(c, n)
	case *parse.BreakNode, *parse.ContinueNode:
		if len(w.jumps) > 0 {
			jumps := w.jumps[len(w.jumps)-1]
			*jumps = append(*jumps, c)
		}
		return place{state: stateDead}
	case *parse.RangeNode:
		return w.loop(c, n)
	}
	if b := branchOf(n); b != nil {
		return w.branch(c, b)
	}
	return c
}

func (w *walker) fail(pos parse.Pos, p problem) place {
	if w.caller != "" {
		p.what += ", in a template that " + w.caller + " calls"
	}
	w.mistakes.report(w.tree, pos, p)
	return behind(p.code)
}

// value gives a value in the headers its escaper, or reports that none may stand
// there.
func (w *walker) value(c place, action *parse.ActionNode) place {
	switch c.state {
	case stateText:
		escape(action, lineFunc)
	case stateQuoted:
		escape(action, quotedFunc)
	case stateAddress, stateAngle:
		escape(action, undecidedFunc)
		h := &hole{action: action, part: c.filled}
		c.fill()
		c.holes = append(slices.Clip(c.holes), h)
	case stateIDs:
		escape(action, messageIDsFunc)
	case stateID:
		escape(action, messageIDPartFunc)
	case stateStructured:
		return w.fail(action.Pos, problem{ErrForbiddenValue, "a value stands in the header " + c.header.name, insteadOf(c.header.name, "write it literally; what varies can stand in a header whose name begins with X-")})
	case stateAfter:
		return w.fail(action.Pos, problem{ErrForbiddenValue, "a value stands behind an address", "put a comma before it"})
	case stateLineStart, stateName:
		return w.fail(action.Pos, problem{ErrValueAsName, "a value stands where the name of a header must", "header names are literal; if this is the body, put a blank line before it"})
	case stateEither:
		return w.fail(action.Pos, problem{ErrForbiddenValue, "a value stands where its header depends on a branch", "begin a new line before it"})
	}
	return c
}
