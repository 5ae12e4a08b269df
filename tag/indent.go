package tag

import (
	"bytes"
	"text/template/parse"
)

// indent returns how far the first line of the block's text is indented.
func (l *lifter) indent(pos parse.Pos, body *parse.ListNode) int {
	if len(body.Nodes) == 0 {
		return 0
	}
	text, ok := body.Nodes[0].(*parse.TextNode)
	if !ok {
		return 0
	}
	blank := len(text.Text) - len(bytes.TrimLeft(text.Text, " \t\r\n"))
	_, start, _ := position(l.tree, pos)
	_, line, column := position(l.tree, text.Pos+parse.Pos(blank))
	switch {
	case line == start && text.Pos <= parse.Pos(len(byteOrderMark)): // a mail template begins its file
		return blank
	case line == start:
		return 0
	}
	return column - 1
}

var byteOrderMark = []byte("\uFEFF")

// cutByteOrderMark takes the mark off that some editors put before a file's text.
func cutByteOrderMark(list *parse.ListNode) {
	if len(list.Nodes) == 0 {
		return
	}
	if text, ok := list.Nodes[0].(*parse.TextNode); ok {
		if rest, ok := bytes.CutPrefix(text.Text, byteOrderMark); ok {
			text.Text, text.Pos = rest, text.Pos+parse.Pos(len(text.Text)-len(rest))
		}
	}
}

// dedent takes up to n blanks off the beginning of each line.
func dedent(text []byte, n int, atStart bool) []byte {
	out := make([]byte, 0, len(text))
	for i, line := range bytes.SplitAfter(text, []byte("\n")) {
		for k := 0; k < n && (i > 0 || atStart) && len(line) > 0 && (line[0] == ' ' || line[0] == '\t'); k++ {
			line = line[1:]
		}
		out = append(out, line...)
	}
	return out
}
