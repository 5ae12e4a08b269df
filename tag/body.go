package tag

import "text/template/parse"

// bodyMark is {{if _mail_body}}{{end}}: what is written from there on is the body.
func bodyMark(pos parse.Pos) parse.Node {
	return silent(pos, 0, command(bodyFunc, pos))
}

// body appends the body's escaper to its values.
func (w *walker) body(nodes []parse.Node) []parse.Node {
	for _, n := range nodes {
		if text, ok := n.(*parse.TextNode); ok {
			text.Text = dedent(text.Text, w.indent, false)
		}
	}
	escapeText(nodes, func(list []parse.Node) { w.body(list) })
	return nodes
}

// escapeText appends the escaper of text bodies to each value of nodes; nested is
// called for every list below.
func escapeText(nodes []parse.Node, nested func([]parse.Node)) {
	for _, n := range nodes {
		if action, ok := n.(*parse.ActionNode); ok {
			escape(action, textFunc)
		}
		if b := branchOf(n); b != nil {
			nested(b.List.Nodes)
			if b.ElseList != nil {
				nested(b.ElseList.Nodes)
			}
		}
	}
}

// escapeTree appends the escaper of text bodies to a template's values.
func escapeTree(list *parse.ListNode) {
	var all func(nodes []parse.Node)
	all = func(nodes []parse.Node) { escapeText(nodes, all) }
	all(list.Nodes)
}
