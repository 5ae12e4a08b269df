package tag

import "text/template/parse"

// A hole is a value in an address header. It is a display name where <…> follows,
// else an address; that is known only at the < or the comma.
type hole struct {
	action *parse.ActionNode
	part   bool // not alone: text or another value belongs to the same address
}

// fill notes that the address begun here has text or a value.
func (c *place) fill() {
	c.filled = true
	for _, h := range c.holes {
		h.part = true
	}
}

// settle gives the values of one address their escapers: alone to one that is the
// whole address, part to the others.
func (w *walker) settle(c *place, alone, part string) {
	for _, h := range c.holes {
		escaper := alone
		if h.part {
			escaper = part
		}
		switch last := h.action.Pipe.Cmds[len(h.action.Pipe.Cmds)-1].Args[0]; {
		case isCallOf(last, escaper):
		case isCallOf(last, phraseFunc), isCallOf(last, addressesFunc), isCallOf(last, mailboxFunc), isCallOf(last, pieceFunc):
			w.mistake(h.action.Pos, ErrAmbiguousValue, "the value is a name in one branch and an address in another", "write Name <address> whole in each branch")
		default:
			escape(h.action, escaper)
		}
	}
	c.holes, c.filled = nil, false
}
