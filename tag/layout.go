package tag

import (
	"bytes"
	"slices"
	"text/template/parse"
)

const blanks = " \t\r\n"

// layOutCalled takes off a called template the blank lines at its ends, which are
// layout: all of their line breaks where it stands in a header's value, all but one
// where it holds header lines.
func layOutCalled(list *parse.ListNode, at state) {
	cutByteOrderMark(list)
	keep := at == stateLineStart || at == stateEither || beginsHeaderLine(list)
	for _, n := range list.Nodes {
		if text, ok := n.(*parse.TextNode); !ok || !cutFront(text, keep) {
			break
		}
	}
	for _, n := range slices.Backward(list.Nodes) {
		if text, ok := n.(*parse.TextNode); !ok || !cutBack(text, keep) {
			break
		}
	}
}

// cutFront takes the blank lines off the front of a text, and reports whether
// nothing is left. It keeps a line break if it must.
func cutFront(text *parse.TextNode, keep bool) (empty bool) {
	rest := bytes.TrimLeft(text.Text, blanks)
	cut := len(text.Text) - len(rest)
	last := bytes.LastIndexByte(text.Text[:cut], '\n')
	if last < 0 {
		return false
	}
	if keep {
		cut = last
	}
	text.Text, text.Pos = text.Text[cut:], text.Pos+parse.Pos(cut)
	return len(text.Text) == 0
}

// cutBack takes the blank lines off the end of a text in the same way.
func cutBack(text *parse.TextNode, keep bool) (empty bool) {
	rest := bytes.TrimRight(text.Text, blanks)
	if bytes.IndexByte(text.Text[len(rest):], '\n') < 0 {
		return false
	}
	text.Text = rest
	if keep {
		text.Text = append(slices.Clip(rest), '\n')
	}
	return len(text.Text) == 0
}

// beginsHeaderLine reports whether a list begins with a line break and a header.
func beginsHeaderLine(list *parse.ListNode) bool {
	if len(list.Nodes) == 0 {
		return false
	}
	text, ok := list.Nodes[0].(*parse.TextNode)
	if !ok {
		return false
	}
	word := bytes.TrimLeft(text.Text, blanks)
	name, _ := headerAt(word)
	return name != "" && bytes.IndexByte(text.Text[:len(text.Text)-len(word)], '\n') >= 0
}
