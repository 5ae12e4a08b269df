package tag

import (
	"fmt"
	"maps"
	"slices"
	"text/template/parse"
)

// call walks a {{template}}: what the template prints is analysed where it stands.
func (w *walker) call(c place, n *parse.TemplateNode) place {
	switch c.state {
	case stateDead:
		return c
	case stateName:
		return w.fail(n.Pos, problem{ErrValueAsName, "a template is called in the name of a header", "call it at the beginning of a line or behind the colon; header names are literal"})
	}
	key := callKey{n.Name, c.state, c.header, c.filled, len(c.holes) > 0}
	end := w.derived.ending(key, w.where(n.Pos))
	switch {
	case end.state == stateError:
		return w.callFailed(n, end)
	case end.state == stateDead && w.trial:
		return end.place
	case end.state == stateDead:
		return w.fail(n.Pos, problem{ErrTemplateCall, "the template calls itself without end", "call it in an if or with"})
	}
	w.headersOf(n, end)
	return w.behindCall(c, n, key, end)
}

// callFailed reports what is wrong with a called template.
func (w *walker) callFailed(n *parse.TemplateNode, end *ending) place {
	for _, name := range []string{"From", "To"} {
		w.given[name] = true // for all that is known
	}
	for _, m := range end.mistakes {
		w.mistakes.add(m)
	}
	w.derived.failed = append(w.derived.failed, call{n.Name, w.tree, n.Pos})
	if end.wrong != nil {
		return w.fail(n.Pos, *end.wrong)
	}
	return place{state: stateError}
}

// headersOf notes the headers that begin in a called template.
func (w *walker) headersOf(n *parse.TemplateNode, end *ending) {
	maps.Copy(w.given, end.given)
	for _, name := range slices.Sorted(maps.Keys(end.once)) {
		if !end.once[name] || w.depth > 0 {
			continue
		}
		if w.once[name] && onceOnly[name] {
			w.fail(n.Pos, problem{ErrHeaderTwice, fmt.Sprintf("the template %q writes the header %s a second time", n.Name, name), "write it once"})
		}
		w.once[name] = true
	}
}

// behindCall returns the place behind a call that was made in c.
func (w *walker) behindCall(c place, n *parse.TemplateNode, key callKey, end *ending) place {
	after := end.place
	after.column, after.touched = c.column, true
	for _, h := range c.holes {
		h.part = h.part || end.part
		for _, u := range end.uses {
			w.use(h, u)
		}
	}
	if end.open {
		after.holes = slices.Clip(c.holes)
	}
	if !end.leaves {
		w.derive(n, key, unused)
		return after
	}
	n.Name = "" // until its use is known
	after.holes = append(after.holes, &hole{call: n, key: key})
	return after
}

// derive makes a call one of the copy of its template for this place.
func (w *walker) derive(n *parse.TemplateNode, key callKey, u use) {
	if w.trial {
		return
	}
	n.Name = w.derived.named(derivation{key, u}, w.where(n.Pos))
}

// where returns the file, line and column of a place.
func (w *walker) where(pos parse.Pos) string {
	return source("", w.tree, pos).String()
}
