package tag

import (
	"maps"
	"slices"
)

// An ending is what a caller must know of a called template.
type ending struct {
	place             // where it ends, without holes
	open     bool     // values before the call do not know yet what they are
	part     bool     // but they belong to an address with other values or text
	uses     []use    // what they turned out to be
	leaves   bool     // the template ends in values that do not know yet what they are
	wrong    *problem // what is wrong with the call
	mistakes Mistakes // and in the template
	given    map[string]bool
	once     map[string]bool

	used bool // by a call in the template itself, while this was assumed of it
}

func (e *ending) equal(f *ending) bool {
	return e.same(f.place) && e.filled == f.filled && e.open == f.open && e.part == f.part && e.leaves == f.leaves &&
		slices.Equal(e.uses, f.uses) && maps.Equal(e.given, f.given) && maps.Equal(e.once, f.once)
}

// ending returns where a template ends that is called at a kind of place. Where it
// calls itself, that is first assumed to be never, and then what was found, until
// both are the same.
func (d *derivations) ending(key callKey, caller string) *ending {
	if e, ok := d.endings[key]; ok {
		e.used = true
		return e
	}
	assumed := &ending{place: place{state: stateDead}}
	for range maxRounds {
		before := len(d.order)
		d.endings[key] = assumed
		found := d.trial(key, caller)
		if !assumed.used || found.state == stateError || found.equal(assumed) {
			return d.found(key, found)
		}
		d.forget(before)
		assumed = found
	}
	return d.found(key, &ending{place: place{state: stateError}, wrong: &problem{ErrTemplateCall, "the template calls itself and ends at another place each time", "let it end where it began, for example behind a comma"}})
}

// maxRounds bounds how often a template that calls itself is gone through: what is
// assumed of it can grow only so often.
const maxRounds = 8

// trial goes through a copy of the template to learn where it ends.
func (d *derivations) trial(key callKey, caller string) *ending {
	failed := &ending{place: place{state: stateError}}
	if d.trials++; d.trials > maxTrials {
		failed.wrong = &problem{ErrTemplateCall, "the templates in the headers call each other in too many ways", "write the header lines in the block itself"}
		return failed
	}
	w := d.walker(key, caller, &failed.mistakes)
	if w == nil {
		return failed
	}
	w.trial = true
	if end := w.through(key, unused); end.state != stateError {
		return &end
	}
	return failed
}

func (d *derivations) found(key callKey, e *ending) *ending {
	d.endings[key] = e
	d.order = append(d.order, key)
	return e
}

// forget drops what was found since order had n keys: an assumption was wrong.
func (d *derivations) forget(n int) {
	for _, key := range d.order[n:] {
		delete(d.endings, key)
	}
	d.order = d.order[:n]
}
