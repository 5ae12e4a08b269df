package tag

import (
	"fmt"
	"path"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// An unparsed is a file that is no template.
type unparsed struct {
	*loader
	file, text string
	err        error // the parser's
	actions    []action
}

// parserError is how text/template/parse says what is wrong in which line.
var parserError = regexp.MustCompile(`^template: .*?:(\d+): (?:template: )?(.*?)(?:(?: in action)? started at .*)?$`)

// reportSyntax says why the text of a file is no template. The parser tells a line
// and no column; the mistake stands at the action that it could not read.
func (l *loader) reportSyntax(file, text string, err error) {
	u := &unparsed{loader: l, file: file, text: text, err: err, actions: actions(text)}
	line, said := 1, err.Error()
	if m := parserError.FindStringSubmatch(said); m != nil {
		line, _ = strconv.Atoi(m[1])
		said = m[2]
	}
	if said == "unexpected EOF" && u.reportUnclosed() {
		return
	}
	i := u.culprit()
	if i == len(u.actions) {
		l.mistakes.add(Mistake{File: file, Line: line, Column: 1, Code: ErrSyntax, What: said, Instead: parserAdvice(said)})
		return
	}
	u.explain(said, i)
}

// report adds what is wrong at the byte pos of the text.
func (u *unparsed) report(pos int, code Code, what, instead string) {
	u.mistakes.add(Mistake{File: u.file, Line: u.line(pos), Column: pos - strings.LastIndex(u.text[:pos], "\n"), Code: code, What: what, Instead: instead})
}

func (u *unparsed) line(pos int) int { return 1 + strings.Count(u.text[:pos], "\n") }

// reportUnclosed reports the actions that lack an end.
func (u *unparsed) reportUnclosed() bool {
	open := unclosed(u.actions)
	for _, a := range open {
		u.report(a.pos, ErrSyntax, fmt.Sprintf("%s has no {{end}}", a), "write {{end}} behind what belongs to it; where one is there, something inside takes it that lacks its own")
	}
	return len(open) > 0
}

// culprit returns the first action up to which the text has the same error as the
// whole.
func (u *unparsed) culprit() int {
	return sort.Search(len(u.actions), func(i int) bool {
		_, _, err := u.parse(path.Base(u.file), u.text[:u.actions[i].end])
		return err != nil && err.Error() == u.err.Error()
	})
}

// explain reports the i-th action, of which the parser said something.
func (u *unparsed) explain(said string, i int) {
	pos, before := u.actions[i].pos, u.actions[:i]
	open := unclosed(before)
	switch {
	case said == "unexpected {{end}}":
		u.report(pos, ErrSyntax, "there is nothing that this {{end}} could close", u.adviceOnEnd(before))
	case said == "unexpected <define> in command" && len(open) > 0:
		around := open[len(open)-1]
		u.report(pos, ErrDefine, fmt.Sprintf("a {{define}} stands inside %s of line %d", around, u.line(around.pos)), "close that with {{end}} before the definition begins")
	case strings.HasPrefix(said, "multiple definition") && len(open) > 0:
		u.report(open[len(open)-1].pos, ErrSyntax, said, parserAdvice(said)) // said at its {{end}}
	default:
		u.report(pos, ErrSyntax, said, parserAdvice(said))
	}
}

// adviceOnEnd tells where the block seems to begin that an {{end}} was meant for.
func (u *unparsed) adviceOnEnd(before []action) string {
	for i := len(before) - 1; i >= 0; i-- {
		if word := before[i].keyword(); word == sendmailFunc || word == "part" {
			return fmt.Sprintf("a block begins with {{with %s …}}: write the with in line %d", word, u.line(before[i].pos))
		}
	}
	return "take it out"
}

// parserAdvices tell what to write instead of what the parser could not read.
var parserAdvices = []struct{ said, instead string }{
	{"unexpected {{else}}", "write it between {{if}}, {{with}} or {{range}} and its {{end}}"},
	{"undefined variable", "declare it with := before it is used, outside of any {{if}}, {{with}} or {{range}} that ends before"},
	{"multiple definition", "define each name once in a file"},
	{"outside {{range}}", "write it between {{range}} and its {{end}}"},
	{"comment", "a comment begins with {{/* and ends with */}}"},
	{"unterminated", "close the quotes on the same line"},
	{"unclosed left paren", "close it with ) before the action ends"},
	{"unclosed action", "close the action with }}"},
	{`unexpected "}" in operand`, "close the action with }}"},
	{"U+007D '}'", "close the action with }}"},
	{"unexpected <if>", "write {{else}} with an {{if}} of its own behind it; a sendmail block has no else"},
	{"unexpected <with>", "write {{else}}, and the {{with …}} behind it with an {{end}} of its own"},
	{"missing value for if", "write a condition behind it, such as a field"},
	{"missing value", "write a value behind it, such as a field"},
	{"block clause", `a mail begins with {{with sendmail …}}; {{block "name" .}} defines a template, and its name stands in quotes`},
	{"template clause", `write the name in quotes, as in {{template "footer" .}}`},
	{"define clause", `write the name in quotes, as in {{define "footer"}}`},
	{"character constant", `write text in double quotes, as in {{with sendmail "immediate"}}`},
	{"unrecognized character", `take it out; quotes are straight, as in {{with sendmail "immediate"}}`},
	{"bad character", adviceBlanks},
	{`unexpected "`, adviceBlanks},
	{"expected :=", adviceBlanks},
}

const adviceBlanks = `write blanks between names and values, without other signs, as in {{with sendmail "to" .Email}} or {{if eq .A .B}}`

func parserAdvice(said string) string {
	for _, a := range parserAdvices {
		if strings.Contains(said, a.said) {
			return a.instead
		}
	}
	return "write the action as the documentation of text/template says"
}
