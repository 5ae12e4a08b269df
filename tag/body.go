package tag

import (
	"bytes"
	"text/template/parse"
)

// bodyMark is {{if _mail_body}}{{end}}: what is written from there on is the body.
func bodyMark(pos parse.Pos) parse.Node {
	return silent(pos, 0, command(bodyFunc, pos))
}

// body appends the body's escaper to its values and takes the indentation off its
// lines.
func (w *walker) body(nodes []parse.Node) {
	list := &parse.ListNode{NodeType: parse.NodeList, Nodes: nodes}
	dedentList(list, w.indent)
	escapeValues(list)
}

// prepareText makes a list ready for text/template: its values get their escaper,
// and attachments print nothing.
func prepareText(list *parse.ListNode) {
	silenceFiles(list)
	escapeValues(list)
}

// escapeValues appends the escaper of texts to each value.
func escapeValues(list *parse.ListNode) {
	eachList(list, func(list *parse.ListNode) {
		for _, n := range list.Nodes {
			if action, ok := n.(*parse.ActionNode); ok {
				escape(action, textFunc)
			}
		}
	})
}

// silenceFiles replaces each attach action by one that prints nothing.
func silenceFiles(list *parse.ListNode) {
	eachList(list, func(list *parse.ListNode) {
		for i, n := range list.Nodes {
			if isAttach(n) {
				action := n.(*parse.ActionNode)
				list.Nodes[i] = silent(action.Pos, action.Line, action.Pipe.Cmds...)
			}
		}
	})
}

// isAttach reports whether the node is an {{attach …}} of its own.
func isAttach(n parse.Node) bool {
	action, ok := n.(*parse.ActionNode)
	if !ok || len(action.Pipe.Decl) > 0 {
		return false
	}
	cmds := action.Pipe.Cmds
	return isCallOf(cmds[len(cmds)-1].Args[0], attachFunc)
}

// dedentList takes n blanks off the beginning of each line of a list.
func dedentList(list *parse.ListNode, n int) {
	eachList(list, func(list *parse.ListNode) {
		for _, node := range list.Nodes {
			if text, ok := node.(*parse.TextNode); ok {
				text.Text = dedent(text.Text, n, false)
			}
		}
	})
}

// layOut takes the line break behind {{with part …}}, and the indentation of the
// part's first line, off the part.
func (l *lifter) layOut(n *parse.WithNode) {
	dedentList(n.List, l.indent(n.Pos, n.List))
	if len(n.List.Nodes) == 0 {
		return
	}
	if text, ok := n.List.Nodes[0].(*parse.TextNode); ok {
		if blank, rest, ok := bytes.Cut(text.Text, []byte("\n")); ok && len(bytes.TrimSpace(blank)) == 0 {
			text.Text = rest
		}
	}
}
