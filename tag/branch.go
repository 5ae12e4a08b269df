package tag

import (
	"bytes"
	"text/template/parse"
)

// branch walks if and with.
func (w *walker) branch(c place, b *parse.BranchNode) place {
	c.touched = true
	w.depth++
	defer func() { w.depth-- }()
	end, other := w.list(c, b.List), c
	if b.ElseList != nil {
		other = w.list(c, b.ElseList)
	}
	return w.join(end, other, b.Pos)
}

func (w *walker) join(c, d place, pos parse.Pos) place {
	both, ok := join(c, d)
	if !ok {
		return w.fail(pos, joinMistake(c, d))
	}
	both.touched = true // {{end}} stands on this line
	return both
}

// loop walks range. Its body runs again from where it ended, so it must end where
// it began, or begin with a line break.
func (w *walker) loop(c place, n *parse.RangeNode) place {
	fresh := w.beginsLine(n.List) // before calls get other names
	var jumps []place
	w.jumps = append(w.jumps, &jumps)
	c.touched = true
	w.depth++
	end := w.list(c, n.List)
	w.depth--
	w.jumps = w.jumps[:len(w.jumps)-1]
	for _, jump := range jumps {
		end = w.join(end, jump, n.Pos)
	}
	if !end.repeats(c) && !fresh {
		instead := "end each round where it began, for example behind a comma"
		if c.state == stateLineStart {
			instead = "end each round with a line break, which {{- and -}} take off"
		}
		return w.fail(n.Pos, problem{ErrBranchEnd, "the range ends " + end.where() + " but began " + c.where(), instead})
	}
	other := c
	if n.ElseList != nil {
		w.depth++
		other = w.list(c, n.ElseList)
		w.depth--
	}
	return w.join(end, other, n.Pos)
}

// repeats reports whether a range that began in c and ended in end may run again.
// Behind an address it may: {{if $i}}, {{end}} writes the comma.
func (end place) repeats(c place) bool {
	return end.same(c) || end.state == stateError || end.state == stateDead ||
		end.header == c.header && end.inAddresses() && c.inAddresses()
}

// beginsLine reports whether a list begins with a line break, its own or that of a
// template that it calls for header lines.
func (w *walker) beginsLine(list *parse.ListNode) bool {
	if len(list.Nodes) == 0 {
		return true
	}
	switch n := list.Nodes[0].(type) {
	case *parse.TextNode:
		return bytes.HasPrefix(bytes.TrimLeft(n.Text, " \t\r"), []byte("\n"))
	case *parse.TemplateNode:
		tree := w.derived.source(n.Name)
		return tree != nil && beginsHeaderLine(tree.Root)
	}
	return false
}
