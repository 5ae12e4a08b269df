package host

import (
	"fmt"
	"strings"
	"unicode"
)

// maxText bounds Report.Text, in bytes.
const maxText = 500

// report returns what the reply to a command means for a recipient. Where it
// is no answer to that command, the text says what came instead.
func (rep *reply) report(outcome Outcome, command string) Report {
	r := Report{Outcome: outcome, Code: rep.verdict()}
	switch {
	case r.Code >= 400 || outcome == Delivered:
		r.Enhanced, r.Text = rep.enhanced(), rep.text()
	case rep.err != nil:
		r.Code = 0
		r.Text = cleanText(fmt.Sprintf("no reply to %s: %v %s", command, rep.err, rep.text()))
	default:
		r.Text = cleanText(fmt.Sprintf("unexpected reply to %s: %d %s", command, rep.code, rep.text()))
	}
	return r
}

// cleanText makes a text fit for a log and a page: one line of valid UTF-8
// without controls, at most maxText bytes.
func cleanText(s string) string {
	var b strings.Builder
	space := true
	for _, r := range truncate(s, 4*maxText) {
		if !unicode.IsPrint(r) {
			r = ' '
		}
		if r != ' ' || !space {
			b.WriteRune(r)
		}
		space = r == ' '
	}
	return strings.TrimRight(truncate(b.String(), maxText), " ")
}
