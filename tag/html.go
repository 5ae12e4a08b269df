package tag

import (
	"errors"
	"html/template"
	"io"
	"regexp"
	"strings"
	"text/template/parse"
)

// prepareHTML makes a list ready for html/template: a nil value is an error,
// attachments print nothing, and Outlook's conditional comments stay.
func prepareHTML(list *parse.ListNode) {
	silenceFiles(list)
	eachList(list, func(list *parse.ListNode) {
		var nodes []parse.Node
		for _, n := range list.Nodes {
			switch n := n.(type) {
			case *parse.TextNode:
				nodes = append(nodes, keepConditions(n)...)
				continue
			case *parse.ActionNode:
				checkValue(n)
			}
			nodes = append(nodes, n)
		}
		list.Nodes = nodes
	})
}

// checkValue puts a check before html/template's own escapers, of which html and
// urlquery must stand last.
func checkValue(action *parse.ActionNode) {
	cmds := action.Pipe.Cmds
	if len(action.Pipe.Decl) > 0 {
		return
	}
	last := cmds[len(cmds)-1]
	check := command(valueFunc, action.Pos)
	switch {
	case !isCallOf(last.Args[0], "html") && !isCallOf(last.Args[0], "urlquery"):
		action.Pipe.Cmds = append(cmds, check)
	case len(last.Args) == 1:
		action.Pipe.Cmds = append(cmds[:len(cmds)-1:len(cmds)-1], check, last)
	default: // {{html .A .B}}
		for i, arg := range last.Args[1:] {
			value := &parse.CommandNode{NodeType: parse.NodeCommand, Pos: arg.Position(), Args: []parse.Node{arg}}
			last.Args[1+i] = &parse.PipeNode{NodeType: parse.NodePipe, Pos: arg.Position(), Line: action.Line, Cmds: []*parse.CommandNode{value, check}}
		}
	}
}

// condition matches the two ends of a conditional comment, which hides HTML from
// Outlook or from all others. What stands between them is HTML.
var condition = regexp.MustCompile(`(?i)<!--\[if\s[^\]<>]*\]>(?:<!--\s*-->|<!-->|-->)?|(?:<!--\s*)?<!\[endif\]-->`)

// keepConditions cuts a text at the ends of conditional comments, which
// html/template would strip, and puts actions in their places that print them.
// What the author wrote between them stays HTML, so that its values are escaped.
func keepConditions(text *parse.TextNode) []parse.Node {
	var nodes []parse.Node
	rest := 0
	for _, at := range condition.FindAllIndex(text.Text, -1) {
		pos := text.Pos + parse.Pos(at[0])
		nodes = append(nodes, piece(text, rest, at[0]), &parse.ActionNode{NodeType: parse.NodeAction, Pos: pos, Pipe: &parse.PipeNode{
			NodeType: parse.NodePipe, Pos: pos,
			Cmds: []*parse.CommandNode{command(conditionFunc, pos, stringNode(string(text.Text[at[0]:at[1]]), pos))},
		}})
		rest = at[1]
	}
	return append(nodes, piece(text, rest, len(text.Text)))
}

func piece(text *parse.TextNode, from, to int) parse.Node {
	return &parse.TextNode{NodeType: parse.NodeText, Pos: text.Pos + parse.Pos(from), Text: text.Text[from:to]}
}

// checkHTML lets html/template analyse the parts, which it would do when the first
// mail is made, and reports what it finds.
func (p *preparer) checkHTML() error {
	for _, part := range p.parts {
		if !part.html() {
			continue
		}
		trial, err := p.html.Clone()
		if err != nil {
			return err
		}
		never := silent(0, 0, command(neverFunc, 0)).(*parse.IfNode)
		never.List.Nodes = []parse.Node{&parse.TemplateNode{NodeType: parse.NodeTemplate, Name: part.name}}
		tree := &parse.Tree{Name: "trial of " + part.name, Root: &parse.ListNode{NodeType: parse.NodeList, Nodes: []parse.Node{never}}}
		if _, err := trial.AddParseTree(tree.Name, tree); err != nil {
			return err
		}
		if err := trial.ExecuteTemplate(io.Discard, tree.Name, nil); err != nil {
			p.reportHTML(err, part)
		}
	}
	return nil
}

// reportHTML makes a mistake of what html/template says about a part.
func (p *preparer) reportHTML(err error, in *part) {
	var wrong *template.Error
	tree, pos, what := in.tree, in.tree.Root.Pos, err.Error()
	if errors.As(err, &wrong) {
		what = wrong.Description
		name, _, _ := strings.Cut(wrong.Name, "$htmltemplate_")
		if called := p.trees[name]; called != nil {
			tree, pos = called, called.Root.Pos
		}
		if wrong.Node != nil {
			pos = wrong.Node.Position()
		}
	}
	p.mistakes.report(tree, pos, problem{ErrHTML, what, "mend the HTML: go doc html/template.ErrorCode explains what it can understand"})
}
