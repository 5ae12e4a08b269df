package tag

import (
	"fmt"
	"text/template/parse"
)

// An outsideUse is a part, attach or embed that stands in no block of its own
// template. A mail may call the template.
type outsideUse struct {
	name     string
	template string
	tree     *parse.Tree
	pos      parse.Pos
}

// noteOutside remembers a part, attach or embed outside of blocks.
func (l *lifter) noteOutside(n parse.Node) {
	id, ok := n.(*parse.IdentifierNode)
	if ok && (id.Ident == partFunc || id.Ident == attachFunc || id.Ident == embedFunc) {
		l.outside = append(l.outside, outsideUse{id.Ident, l.owner, l.tree, id.Pos})
	}
}

// checkOutside reports what no mail reaches, and parts that stand in a template
// which a mail calls.
func (p *preparer) checkOutside() {
	for _, use := range p.outside {
		switch {
		case !p.reached[use.template] && p.incomplete():
		case !p.reached[use.template]:
			p.mistakes.report(use.tree, use.pos, problem{ErrOutside, fmt.Sprintf("%s stands outside of a mail", use.name), "move it into a {{with sendmail …}} block, or into a template that one calls"})
		case use.name == partFunc:
			p.mistakes.report(use.tree, use.pos, problem{ErrPartPlace, "a part stands in a template that mail calls", `write {{with part "text/html"}} in the block, and call the template in it`})
		}
	}
}
