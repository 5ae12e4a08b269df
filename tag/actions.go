package tag

import (
	"regexp"
	"strings"
)

// An action is one {{…}} of a template's text. A file that does not parse has no
// tree to ask for places, so they are found in its text.
type action struct {
	pos  int    // where its first word begins, in bytes
	end  int    // behind its braces
	text string // what it says
}

var (
	commentStart  = regexp.MustCompile(`^(?:-\s)?/\*`)
	actionText    = regexp.MustCompile(`(?s)^(?:-\s)?\s*(.*?)\s*(?:\s-)?(?:}})?$`)
	actionKeyword = regexp.MustCompile(`^[a-z]*`)
)

// actions returns the actions of a text, comments among them.
func actions(text string) []action {
	var list []action
	for i := 0; ; {
		start := strings.Index(text[i:], "{{")
		if start < 0 {
			return list
		}
		start += i + len("{{")
		i = actionEnd(text, start)
		inner := actionText.FindStringSubmatchIndex(text[start:i])
		list = append(list, action{pos: start + inner[2], end: i, text: text[start+inner[2] : start+inner[3]]})
	}
}

// actionEnd returns where the action ends whose first brace ends at i.
func actionEnd(text string, i int) int {
	if commentStart.MatchString(text[i:]) {
		i += max(strings.Index(text[i:], "*/"), 0)
	}
	for i < len(text) {
		switch {
		case strings.HasPrefix(text[i:], "}}"):
			return i + len("}}")
		case strings.IndexByte("\"'`", text[i]) >= 0:
			i = quoteEnd(text, i)
		default:
			i++
		}
	}
	return len(text)
}

// quoteEnd returns where the string ends that begins at i. A line break ends what
// is not closed, but for a raw string.
func quoteEnd(text string, i int) int {
	quote := text[i]
	for i++; i < len(text); i++ {
		switch {
		case text[i] == quote:
			return i + 1
		case quote == '`':
		case text[i] == '\\':
			i++
		case text[i] == '\n':
			return i
		}
	}
	return len(text)
}

func (a action) keyword() string { return actionKeyword.FindString(a.text) }

// String returns the action on one line, cut where it is long.
func (a action) String() string {
	const most = 60
	text := []rune(strings.Join(strings.Fields(a.text), " "))
	if len(text) > most {
		text = append(text[:most], '…')
	}
	return "{{" + string(text) + "}}"
}

// unclosed returns those of the actions that an {{end}} must still close,
// innermost last.
func unclosed(list []action) []action {
	var open []action
	for _, a := range list {
		switch a.keyword() {
		case "if", "range", "with", "block", "define":
			open = append(open, a)
		case "end":
			open = open[:max(len(open)-1, 0)]
		}
	}
	return open
}
