package tag

import "text/template/parse"

// bodyMark is {{if _mail_body}}{{end}}: what is written from there on is the body.
func bodyMark(pos parse.Pos) parse.Node {
	call := &parse.CommandNode{NodeType: parse.NodeCommand, Pos: pos, Args: []parse.Node{parse.NewIdentifier(bodyFunc).SetPos(pos)}}
	return &parse.IfNode{BranchNode: parse.BranchNode{
		NodeType: parse.NodeIf, Pos: pos,
		Pipe: &parse.PipeNode{NodeType: parse.NodePipe, Pos: pos, Cmds: []*parse.CommandNode{call}},
		List: &parse.ListNode{NodeType: parse.NodeList, Pos: pos},
	}}
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

// branchOf returns the branches of a control structure, nil for other nodes.
func branchOf(n parse.Node) *parse.BranchNode {
	switch n := n.(type) {
	case *parse.IfNode:
		return &n.BranchNode
	case *parse.RangeNode:
		return &n.BranchNode
	case *parse.WithNode:
		return &n.BranchNode
	}
	return nil
}

// escape appends an escaper to an action's pipeline. A declaration prints nothing.
func escape(action *parse.ActionNode, escaper string) {
	if len(action.Pipe.Decl) > 0 {
		return
	}
	id := parse.NewIdentifier(escaper).SetPos(action.Pos)
	action.Pipe.Cmds = append(action.Pipe.Cmds, &parse.CommandNode{NodeType: parse.NodeCommand, Pos: action.Pos, Args: []parse.Node{id}})
}
