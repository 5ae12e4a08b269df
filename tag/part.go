package tag

import (
	"bytes"
	"fmt"
	"slices"
	"text/template/parse"

	"github.com/go-mailhost/mailhost/tag/internal/compose"
)

// The actions that a block may hold beside text.
const (
	partFunc   = "part"
	attachFunc = "attach"
	embedFunc  = "embed"
)

// The types that a part may have.
const (
	typeText     = compose.TypeText
	typeHTML     = compose.TypeHTML
	typeCalendar = compose.TypeCalendar
	typeAMP      = compose.TypeAMP
)

const allPartTypes = `"text/plain", "text/html", "text/calendar" or "text/x-amp-html"`

// A part is one {{with part TYPE}} of a block, moved into a tree of its own: a way
// to read the mail.
type part struct {
	lifted
	kind string // its media type
}

// html reports whether html/template executes it.
func (p *part) html() bool { return isHTML(p.kind) }

func isHTML(kind string) bool { return kind == typeHTML || kind == typeAMP }

// isPart reports whether the node is {{with part …}}.
func isPart(n parse.Node) bool {
	with, ok := n.(*parse.WithNode)
	return ok && begins(with.Pipe, partFunc)
}

// checkTypes reports a part beside another of the same type. certain are the types that
// the mail has in any case where the list is reached; it returns all those of the list.
// What stands in two branches may exclude one another, and is left to the execution.
func (l *lifter) checkTypes(list *parse.ListNode, certain []string) (types []string) {
	if list == nil {
		return nil
	}
	for _, n := range list.Nodes {
		if isPart(n) {
			with := n.(*parse.WithNode)
			kind := literalType(with)
			if kind != "" && (slices.Contains(certain, kind) || slices.Contains(types, kind)) {
				l.mistake(with.Pipe.Cmds[0].Args[1].Position(), ErrTwoBodies, fmt.Sprintf("the mail has two parts of type %q", kind), "write one, or each in a branch of its own")
			}
			certain, types = append(slices.Clip(certain), kind), append(types, kind)
		}
		if branch := branchOf(n); branch != nil && !isPart(n) {
			types = append(types, append(l.checkTypes(branch.List, certain), l.checkTypes(branch.ElseList, certain)...)...)
		}
	}
	return types
}

// liftParts moves the parts of a block out of its list, and leaves in the place of
// each an action that renders it and prints nothing.
func (l *lifter) liftParts(b *block, list *parse.ListNode) {
	if list == nil {
		return
	}
	for i, n := range list.Nodes {
		if isPart(n) {
			list.Nodes[i] = l.liftPart(b, n.(*parse.WithNode))
			continue
		}
		if branch := branchOf(n); branch != nil {
			l.liftParts(b, branch.List)
			l.liftParts(b, branch.ElseList)
		}
	}
}

func (l *lifter) liftPart(b *block, n *parse.WithNode) parse.Node {
	p := &part{lifted: lifted{name: l.nextName()}, kind: l.partType(n)}
	if n.ElseList != nil {
		l.mistake(n.ElseList.Pos, ErrElse, "a part has an else", "close the part with {{end}}; it has no other branch")
	}
	s := &scope{lifter: l, lifted: &p.lifted, inPart: true, html: p.html()}
	s.list(n.List)
	l.layOut(n)
	if p.html() {
		prepareHTML(n.List)
	} else {
		prepareText(n.List)
	}
	p.tree = l.own(p.name, n.List)
	b.parts = append(b.parts, p)
	return silentCall(partFunc, n.Pos, n.Line, p.name, s.passed)
}

// literalType returns the type of a part, as it stands.
func literalType(n *parse.WithNode) string {
	if args := n.Pipe.Cmds[0].Args; len(args) > 1 {
		if literal, ok := args[1].(*parse.StringNode); ok {
			return literal.Text
		}
	}
	return ""
}

// partType reads the type of a part, which is a literal.
func (l *lifter) partType(n *parse.WithNode) string {
	args := n.Pipe.Cmds[0].Args[1:]
	if len(n.Pipe.Cmds) > 1 || len(n.Pipe.Decl) > 0 {
		l.mistake(n.Pos, ErrPipeline, "part stands in a pipeline or an assignment", `write {{with part "text/html"}}…{{end}}`)
	}
	if len(args) == 0 {
		l.mistake(n.Pos, ErrMissingValue, "the part has no type", "write "+allPartTypes+" behind it")
		return ""
	}
	literal, ok := args[0].(*parse.StringNode)
	if !ok {
		l.mistake(args[0].Position(), ErrUnknownPart, fmt.Sprintf("%s stands where the type of a part must", args[0]), "write "+allPartTypes)
		return ""
	}
	switch literal.Text {
	case typeText, typeHTML, typeCalendar, typeAMP:
	default:
		l.mistake(literal.Pos, ErrUnknownPart, fmt.Sprintf("there is no part of type %q", literal.Text), "write "+allPartTypes+"; other content is attached")
	}
	if len(args) > 1 {
		l.mistake(args[1].Position(), ErrUnknownPart, fmt.Sprintf("%s stands behind the type of a part", args[1]), `write {{with part "text/html"}}…{{end}}`)
	}
	return literal.Text
}

// checkBodies reports a block that says its text twice, or beside its parts.
func (l *lifter) checkBodies(b *block, pos parse.Pos, printed parse.Node, hasText bool) {
	for _, p := range b.parts {
		if p.kind == typeText && hasText {
			l.mistake(p.tree.Root.Pos, ErrTwoBodies, `the mail has a part of type "text/plain" and the word "text"`, "write the text in one place")
		}
	}
	switch {
	case printed == nil:
	case hasText:
		l.mistake(pos, ErrTwoBodies, `the mail has a body and the word "text"`, "write the body in one place")
	case len(b.parts) > 0:
		l.mistake(printed.Position(), ErrTextBesideParts, "text stands beside the parts of a mail", `put it into {{with part "text/plain"}}…{{end}}`)
	}
}

// firstPrinted returns the first node that prints something, nil where none does.
func firstPrinted(nodes []parse.Node) parse.Node {
	for _, n := range nodes {
		switch n := n.(type) {
		case *parse.TextNode:
			if text := bytes.TrimLeft(n.Text, " \t\r\n"); len(text) > 0 {
				return &parse.TextNode{NodeType: parse.NodeText, Pos: n.Pos + parse.Pos(len(n.Text)-len(text))}
			}
		case *parse.ActionNode:
			if len(n.Pipe.Decl) == 0 {
				return n
			}
		case *parse.TemplateNode:
			return n
		}
		if b := branchOf(n); b != nil {
			lists := b.List.Nodes
			if b.ElseList != nil {
				lists = append(slices.Clip(lists), b.ElseList.Nodes...)
			}
			if text := firstPrinted(lists); text != nil {
				return text
			}
		}
	}
	return nil
}
