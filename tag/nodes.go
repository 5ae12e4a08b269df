package tag

import (
	"strconv"
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

// eachList calls visit for a list and for every list of the control structures
// below it.
func eachList(list *parse.ListNode, visit func(*parse.ListNode)) {
	if list == nil {
		return
	}
	visit(list)
	for _, n := range list.Nodes {
		if b := branchOf(n); b != nil {
			eachList(b.List, visit)
			eachList(b.ElseList, visit)
		}
	}
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

// pipeOf returns the pipeline of a node, nil where it has none.
func pipeOf(n parse.Node) *parse.PipeNode {
	switch n := n.(type) {
	case *parse.ActionNode:
		return n.Pipe
	case *parse.TemplateNode:
		return n.Pipe
	}
	if b := branchOf(n); b != nil {
		return b.Pipe
	}
	return nil
}

// begins reports whether the pipeline begins with a call of the function.
func begins(pipe *parse.PipeNode, name string) bool {
	return pipe != nil && len(pipe.Cmds) > 0 && isCallOf(pipe.Cmds[0].Args[0], name)
}

func isCallOf(n parse.Node, name string) bool {
	id, ok := n.(*parse.IdentifierNode)
	return ok && id.Ident == name
}

// escape appends an escaper to an action's pipeline. A declaration prints nothing.
func escape(action *parse.ActionNode, escaper string) {
	if len(action.Pipe.Decl) > 0 {
		return
	}
	action.Pipe.Cmds = append(action.Pipe.Cmds, command(escaper, action.Pos))
}

// command is a call of a function.
func command(name string, pos parse.Pos, args ...parse.Node) *parse.CommandNode {
	return &parse.CommandNode{NodeType: parse.NodeCommand, Pos: pos, Args: append([]parse.Node{parse.NewIdentifier(name).SetPos(pos)}, args...)}
}

func stringNode(s string, pos parse.Pos) *parse.StringNode {
	return &parse.StringNode{NodeType: parse.NodeString, Pos: pos, Quoted: strconv.Quote(s), Text: s}
}

// silentCall is {{if FUNC NAME ARGS…}}{{end}}.
func silentCall(function string, pos parse.Pos, line int, name string, args []parse.Node) parse.Node {
	return silent(pos, line, command(function, pos, append([]parse.Node{stringNode(name, pos)}, args...)...))
}

// silent is {{if COMMANDS…}}{{end}}: an if with an empty list prints nothing,
// whatever the context.
func silent(pos parse.Pos, line int, cmds ...*parse.CommandNode) parse.Node {
	return &parse.IfNode{BranchNode: parse.BranchNode{
		NodeType: parse.NodeIf, Pos: pos, Line: line,
		Pipe: &parse.PipeNode{NodeType: parse.NodePipe, Pos: pos, Line: line, Cmds: cmds},
		List: &parse.ListNode{NodeType: parse.NodeList, Pos: pos},
	}}
}
