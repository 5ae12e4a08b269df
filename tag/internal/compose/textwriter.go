package compose

import (
	"strings"

	"golang.org/x/net/html"
)

// cellGap stands between the cells of a table's row.
const cellGap = "  "

// maxMargins is how deep quotations and lists are indented. Without a bound, a short
// line break would cost as much as its depth.
const maxMargins = 8

// A textWriter writes words, and what must stand between them: the wider of what the
// element before asked for and the one after.
type textWriter struct {
	out     strings.Builder
	breaks  int    // line breaks due before the next word
	gap     string // what is due before the next word if that stands on the same line
	fresh   bool   // nothing but the margin is on the line
	margins []margin
	numbers map[*html.Node]int // of the next item of each ordered list
}

// A margin is what the lines of a quotation or a list item begin with.
type margin struct {
	first, rest string
	used        bool // the first line was written
}

// block writes an element with at least n line breaks around it.
func (w *textWriter) block(n int, content func()) {
	w.breaks = max(w.breaks, n)
	content()
	w.breaks = max(w.breaks, n)
}

// indented writes the children of an element behind a margin.
func (w *textWriter) indented(first, rest string, n *html.Node) {
	if len(w.margins) >= maxMargins {
		w.children(n)
		return
	}
	w.margins = append(w.margins, margin{first: first, rest: rest})
	w.children(n)
	w.margins = w.margins[:len(w.margins)-1]
}

// text writes the text of a node, in which any blanks are one (CSS calls it white
// space collapsing).
func (w *textWriter) text(s string) {
	if s != "" && isSpace(rune(s[0])) && w.gap == "" {
		w.gap = " "
	}
	w.words(s)
	if s != "" && isSpace(rune(s[len(s)-1])) {
		w.gap = " "
	}
}

// words writes the words of s. A no-break space parts words as well: mails are full
// of them for layout.
func (w *textWriter) words(s string) {
	s = strings.Map(dropFiller, s)
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return isSpace(r) || r == '\u00a0' }) {
		w.word(word)
		w.gap = " "
	}
	if s != "" && !endsInBlank(s) {
		w.gap = ""
	}
}

// word writes what stands on one line, behind the breaks or the gap that are due.
func (w *textWriter) word(s string) {
	w.startLine()
	if !w.fresh {
		w.out.WriteString(w.gap)
	}
	w.out.WriteString(s)
	w.gap, w.fresh = "", false
}

// startLine writes the breaks that are due and the margin of a new line.
func (w *textWriter) startLine() {
	if w.out.Len() > 0 {
		if w.breaks == 0 {
			return
		}
		w.out.WriteString(strings.Repeat("\n", w.breaks))
	}
	w.breaks, w.fresh = 0, true
	for i := range w.margins {
		m := &w.margins[i]
		if m.used {
			w.out.WriteString(m.rest)
		} else {
			w.out.WriteString(m.first)
		}
		m.used = true
	}
}

// preformatted writes the text of an element line by line, with its blanks.
func (w *textWriter) preformatted(n *html.Node) {
	var text strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			text.WriteString(d.Data)
		}
	}
	for line := range strings.Lines(strings.Trim(text.String(), "\r\n")) {
		if line = strings.TrimRight(line, " \t\r\n"); line != "" {
			w.word(line)
		}
		w.breaks++
	}
}

// isSpace reports whether HTML takes a character for a blank.
func isSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\f' }

func endsInBlank(s string) bool {
	return isSpace(rune(s[len(s)-1])) || strings.HasSuffix(s, "\u00a0")
}

// dropFiller takes out characters that show nothing and fill previews, or say where
// a word may be cut.
func dropFiller(r rune) rune {
	switch r {
	case '\u00ad', '\u034f', '\u200b', '\ufeff':
		return -1
	}
	return r
}
