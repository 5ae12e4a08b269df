package tag

import (
	"slices"
	"text/template/parse"
)

// A use is what a value in an address header turns out to be.
type use uint8

const (
	unused    use = iota
	asName        // a display name: <…> follows
	asList        // whole, between commas
	asMailbox     // whole, in <…>
	asPiece       // a part of one address, with text or other values
)

var useFuncs = map[use]string{asName: phraseFunc, asList: addressesFunc, asMailbox: mailboxFunc, asPiece: pieceFunc}

// A hole is a value in an address header, or a called template that ends in such
// values. It is a display name where <…> follows, else an address; that is known
// only at the < or the comma. In a called template, one hole stands for the values
// before the call.
type hole struct {
	action *parse.ActionNode
	call   *parse.TemplateNode
	key    callKey // of call
	part   bool    // not alone: text or another value belongs to the same address
	uses   []use   // what it turned out to be
}

// fill notes that the address begun here has text or a value.
func (c *place) fill() {
	c.filled = true
	for _, h := range c.holes {
		h.part = true
	}
}

// settle tells the values of one address what they are.
func (w *walker) settle(c *place, u use) {
	for _, h := range c.holes {
		w.use(h, u)
	}
	c.holes, c.filled = nil, false
}

// use gives a hole the escaper of what it is.
func (w *walker) use(h *hole, u use) {
	if h.part && u != asName {
		u = asPiece
	}
	if slices.Contains(h.uses, u) {
		return
	}
	h.uses = append(h.uses, u)
	switch {
	case h.action == nil && h.call == nil: // the caller is told
	case len(h.uses) > 1:
		w.fail(h.pos(), problem{ErrAmbiguousValue, "the value is a name in one branch and an address in another", "write Name <address> whole in each branch"})
	case h.action != nil:
		escapeAs(h.action, useFuncs[u])
	default:
		w.derive(h.call, h.key, u)
	}
}

func (h *hole) pos() parse.Pos {
	if h.action != nil {
		return h.action.Pos
	}
	return h.call.Pos
}

// escapeAs gives an action, which has a provisional escaper, its own.
func escapeAs(action *parse.ActionNode, escaper string) {
	cmds := action.Pipe.Cmds
	cmds[len(cmds)-1] = command(escaper, action.Pos)
}
