package tag

import (
	"fmt"
	"text/template/parse"
)

// words are what stands behind sendmail.
type words []saidWord

func (w words) has(name string) bool {
	for _, said := range w {
		if said.name == name {
			return true
		}
	}
	return false
}

// headers returns the headers that the words stand for.
func (w words) headers() map[string]bool {
	given := map[string]bool{}
	for _, said := range w {
		given[wordHeaders[said.name]] = true
	}
	return given
}

// words reads the arguments of sendmail.
func (l *lifter) words(args []parse.Node) words {
	var said words
	for len(args) > 0 {
		literal, ok := args[0].(*parse.StringNode)
		if !ok {
			l.mistake(args[0].Position(), ErrUnknownWord, fmt.Sprintf("%s stands where a word of sendmail must", args[0]), "write one of "+allWords+", as a string")
			args = nextWord(args)
			continue
		}
		w := wordNamed(literal.Text)
		if w == nil {
			l.mistake(literal.Pos, ErrUnknownWord, fmt.Sprintf("sendmail has no word %q", literal.Text), "write one of "+allWords)
			args = nextWord(args)
			continue
		}
		if len(args) <= w.takes {
			l.missing(literal)
			return said
		}
		if w.takes == 1 && w.isNext(args[1]) {
			l.missing(literal)
			args = args[1:]
			continue
		}
		said = append(said, l.word(said, w, args[:1+w.takes]))
		args = args[1+w.takes:]
	}
	l.checkSpan(said)
	return said
}

// nextWord returns the arguments from the first word on behind one that is none: what
// stands between may be its value.
func nextWord(args []parse.Node) []parse.Node {
	for i, arg := range args[1:] {
		if literal, ok := arg.(*parse.StringNode); ok && wordNamed(literal.Text) != nil {
			return args[1+i:]
		}
	}
	return nil
}

func (l *lifter) missing(word *parse.StringNode) {
	instead := "write a value behind it"
	if word.Text == wordMeta {
		instead = `write a key and a value behind it, as in "meta" "order" .ID`
	}
	l.mistake(word.Pos, ErrMissingValue, fmt.Sprintf("the word %q has no value", word.Text), instead)
}

// isNext reports whether what stands in the place of a word's value can only be the
// word after it.
func (w *word) isNext(value parse.Node) bool {
	literal, ok := value.(*parse.StringNode)
	return ok && wordNamed(literal.Text) != nil && w.check != nil && w.check(literal.Text) != nil
}

// checkSpan reports a literal time at which a mail expires before a literal one at
// which it may be sent.
func (l *lifter) checkSpan(said words) {
	d, expiry := &draft{}, parse.Pos(0)
	for _, w := range said {
		if literal, ok := w.value.(*parse.StringNode); ok && (w.name == wordAt || w.name == wordExpires) {
			if w.set(d, "", literal.Text) != nil {
				return // reported already
			}
			if w.name == wordExpires {
				expiry = literal.Pos
			}
		}
	}
	if d.at.IsZero() || d.expires.IsZero() {
		return
	}
	if _, _, err := d.times(d.at); err != nil {
		l.mistake(expiry, ErrContradiction, err.Error(), "let it expire later")
	}
}

// word reads one word with what it takes.
func (l *lifter) word(before words, w *word, args []parse.Node) saidWord {
	said := saidWord{word: w}
	if w.takes == 2 {
		said.key = l.key(args[1])
	}
	if what := contradicts(before, said); what != "" {
		l.mistake(args[0].Position(), ErrContradiction, what, adviceContradiction)
	}
	if w.takes == 0 {
		return said
	}
	said.value = args[w.takes]
	if what := w.wrongLiteral(said.value); what != "" {
		l.mistake(said.value.Position(), ErrWrongValue, what, w.wants)
	}
	return said
}

// key reads the key of meta, which is a literal.
func (l *lifter) key(n parse.Node) string {
	literal, ok := n.(*parse.StringNode)
	if !ok {
		l.mistake(n.Position(), ErrWrongValue, fmt.Sprintf("%s stands where the key of meta must", n), `write the key as a string, as in "meta" "order" .ID`)
		return n.String()
	}
	if err := checkMetaKey(literal.Text); err != nil {
		l.mistake(n.Position(), ErrWrongValue, err.Error(), `write a name, as in "meta" "order" .ID`)
	}
	return literal.Text
}
