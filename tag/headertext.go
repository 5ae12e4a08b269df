package tag

import (
	"bytes"
	"fmt"
	"strings"
	"text/template/parse"
)

// A lineScanner goes through one text of a block's headers.
type lineScanner struct {
	*walker
	place
	pos   parse.Pos // of src
	src   []byte
	i     int        // the next byte of src
	after parse.Node // what follows src, nil at the end of the list
	out   []byte     // the text without indentation and with folded lines joined
	value int        // where in out the value of the line's header begins, 0 where it began in an earlier text
	stood bool       // the line's header stands in the block, or in its words, before this line
	body  bool       // the blank line that ends the headers was passed
}

// text walks the text nodes[i] in the headers and rewrites it: indentation is
// taken off, and a line that continues the one before is joined to it. Where the
// blank line that ends the headers is found, rest is what follows it, and not nil.
func (w *walker) text(c place, nodes []parse.Node, i int) (end place, rest []byte) {
	n := nodes[i].(*parse.TextNode)
	s := &lineScanner{walker: w, place: c, pos: n.Pos, src: n.Text}
	if i+1 < len(nodes) {
		s.after = nodes[i+1]
	}
	for s.i < len(s.src) && !s.body && (s.state != stateError || s.resume()) {
		if s.i < len(s.src) {
			s.next(s.src[s.i])
		}
	}
	if s.after == nil && w.depth == 0 && w.caller == "" && !s.body {
		s.literal()
	}
	n.Text = s.out
	if s.body {
		rest = append([]byte{}, s.src[s.i:]...)
	}
	return s.place, rest
}

func (s *lineScanner) fail(code Code, what, instead string) {
	s.place = s.walker.fail(s.pos+parse.Pos(s.i), problem{code, what, instead})
}

// take copies the next byte.
func (s *lineScanner) take() {
	s.out = append(s.out, s.src[s.i])
	s.i++
}

// next handles the next byte.
func (s *lineScanner) next(b byte) {
	switch {
	case b == '\n':
		s.lineBreak()
	case b == '\r' && bytes.HasPrefix(s.src[s.i:], []byte("\r\n")):
		s.i++
	case b < ' ' && b != '\t' || b == 0x7f:
		s.fail(ErrControl, fmt.Sprintf("the control character %q stands in the headers", b), "take it out")
	case b == ' ' || b == '\t':
		s.blank()
	default:
		s.char(b)
	}
}

func (s *lineScanner) blank() {
	if s.state == stateLineStart || s.state == stateEither {
		s.i++
		return
	}
	if s.state == stateName {
		s.place = s.walker.fail(s.pos+parse.Pos(s.i), noColon(s.name))
		return
	}
	if s.state == stateID {
		s.fail(ErrWrongValue, "a blank stands in a Message-ID", "write each in angle brackets of its own")
		return
	}
	s.take()
}

func (s *lineScanner) char(b byte) {
	switch s.state {
	case stateLineStart:
		s.state, s.header = stateName, header{}
		s.inName(b)
	case stateName:
		s.inName(b)
	case stateText, stateStructured:
		s.take()
	case stateAddress:
		s.inAddress(b)
	case stateQuoted:
		s.inQuotes(b)
	case stateAngle:
		s.inAngle(b)
	case stateAfter:
		s.afterAddress(b)
	case stateIDs:
		s.betweenMessageIDs(b)
	case stateID:
		s.inMessageID(b)
	case stateEither:
		s.fail(ErrBranchEnd, "text stands where its header depends on a branch", "begin a new line before it")
	case stateDead:
		s.i++
	}
}

func (s *lineScanner) inName(b byte) {
	if b != ':' {
		s.name += string([]byte{b})
		s.take()
		return
	}
	h, wrong := parseHeader(s.name)
	if wrong != nil {
		s.i -= min(len(s.name), s.i)
		s.fail(wrong.code, wrong.what, wrong.instead)
		return
	}
	if onceOnly[h.name] && s.depth == 0 && s.once[h.name] {
		s.fail(ErrHeaderTwice, "the header "+h.name+" stands twice", "write it once")
		return
	}
	s.stood, s.given[h.name] = s.given[h.name], true
	s.once[h.name] = s.once[h.name] || s.depth == 0
	s.name, s.header, s.filled, s.holes, s.joined = "", h, false, nil, header{}
	s.state = startStates[h.kind]
	s.take()
	s.value = len(s.out)
}

// headerAt returns the header that a text begins with, and its name as it is
// written; the zero header where it begins with none that may stand in a block.
func headerAt(text []byte) (name string, h header) {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	name, _, found := strings.Cut(string(line), ":")
	h, wrong := parseHeader(name)
	if !found || wrong != nil {
		return "", header{}
	}
	return name, h
}

func noColon(name string) problem {
	return problem{ErrNoColon, fmt.Sprintf("the header line %q has no colon", name), "a header line is Name: value; put a blank line before the body"}
}

// endLine ends a header line.
func (w *walker) endLine(c place, pos parse.Pos) place {
	switch {
	case c.state == stateName:
		return w.fail(pos, noColon(c.name))
	case c.state == stateQuoted:
		return w.fail(pos, problem{ErrAddress, "the line ends " + c.where(), `close the quotes with "`})
	case c.state == stateAngle:
		return w.fail(pos, problem{ErrAddress, "the line ends " + c.where(), "close the address with >"})
	case c.state == stateID:
		return w.fail(pos, problem{ErrWrongValue, "the line ends " + c.where(), "close the Message-ID with >"})
	case c.state == stateError || c.state == stateDead:
		return c
	}
	w.settle(&c, asList)
	return place{}
}
