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
// Outlook or from all others, in the forms <!--[if mso]>…<![endif]--> and
// <![if !mso]>…<![endif]>. What stands between them is HTML.
var condition = regexp.MustCompile(`(?i)<!--\[if\s[^\]<>]*\]>(?:<!--\s*-->|<!-->|-->)?|(?:<!--\s*)?<!\[endif\]-->|<!\[(?:if\s[^\]<>]*|endif)\]>`)

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
	if p.mistakes.has(ErrJump) { // html/template would look for the range
		return nil
	}
	for _, part := range p.parts {
		if !part.html() {
			continue
		}
		trial, err := p.html.Clone()
		if err != nil {
			return err
		}
		name := p.nextName()
		if _, err := trial.AddParseTree(name, trialOf(name, part.name)); err != nil {
			return err
		}
		if err := trial.ExecuteTemplate(io.Discard, name, nil); !errors.Is(err, errTrial) {
			p.reportHTML(err, part)
		}
	}
	return nil
}

var errTrial = errors.New("the trial ends before anything is executed")

// trialOf returns a tree that calls a template, but ends with errTrial before.
func trialOf(trial, name string) *parse.Tree {
	stop := &parse.ActionNode{NodeType: parse.NodeAction, Pipe: &parse.PipeNode{NodeType: parse.NodePipe, Cmds: []*parse.CommandNode{command(trialFunc, 0)}}}
	call := &parse.TemplateNode{NodeType: parse.NodeTemplate, Name: name}
	return &parse.Tree{Name: trial, Root: &parse.ListNode{NodeType: parse.NodeList, Nodes: []parse.Node{stop, call}}}
}

// reportHTML makes a mistake of what html/template says about a part.
func (p *preparer) reportHTML(err error, in *part) {
	wrong := new(template.Error)
	if !errors.As(err, &wrong) {
		wrong.Description = err.Error()
	}
	if wrong.ErrorCode == template.ErrNoSuchTemplate && len(*p.mistakes) > 0 {
		return // reported by checkCalls, or in a file that does not parse
	}
	what, _, _ := strings.Cut(wrong.Description, ": {state") // its words for contexts, which are no one else's
	m := Mistake{Code: ErrHTML, What: "html/template says: " + what, Instead: "mend the HTML: go doc html/template.ErrorCode explains what it can understand"}
	if n := wrong.Node; n != nil {
		m.File, m.Line, m.Column = placeOf(in.tree, n) // of its own tree, where a template was called
	} else {
		m.File, m.Line, m.Column = position(in.tree, in.tree.Root.Pos)
	}
	p.mistakes.add(m)
}
