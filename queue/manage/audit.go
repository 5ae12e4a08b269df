package manage

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// operating returns the request's context, under which what is done is recorded as
// done by its operator.
func (v *visit) operating() context.Context { return queue.WithOperator(v.ctx(), v.operator()) }

// log records what the queue does not record by itself, also where the request has
// ended meanwhile. The error is the first that is not nil: err, or why it cannot be
// recorded.
func (v *visit) log(what string, chosen choice, mails int, err error) error {
	line := queue.Audit{Who: v.operator(), What: what, Which: chosen.Text, Mails: mails}
	if chosen.IDs != nil {
		line.Which = "id:" + strings.Join(chosen.IDs, ",")
	}
	if err != nil {
		line.Error = err.Error()
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(v.ctx()), patience)
	defer cancel()
	unrecorded := v.queue.Audit(ctx, line)
	if err != nil {
		return err
	}
	return unrecorded
}

const auditSize = 100 // lines on a page

// auditPage is the content of the page of what operators did.
type auditPage struct {
	Lines []auditLine
	Paged bool
	Next  string // the number from which the next page goes on, or ""
}

type auditLine struct {
	queue.Audit
	Search string // that finds the mails today, or ""
}

// audit answers with what operators did, newest first.
func (v *visit) audit() answer {
	var before int64
	if text := v.in.Get("before"); v.in.Has("before") {
		var err error
		if before, err = strconv.ParseInt(text, 10, 64); err != nil || before < 1 {
			return badRequest(`"before" must be the number of a line`)
		}
	}
	lines, err := v.queue.Audits(v.ctx(), before, auditSize)
	if err != nil {
		return broken(err)
	}
	content := auditPage{Paged: before > 0}
	for _, line := range lines {
		content.Lines = append(content.Lines, auditLine{line, findable(line)})
	}
	if len(lines) == auditSize {
		content.Next = strconv.FormatInt(lines[len(lines)-1].Number, 10)
	}
	return answer{status: http.StatusOK, page: "audit", title: "Log", content: content, current: "audit", data: auditJSON(content)}
}

// findable returns the search of a line, where it is one.
func findable(line queue.Audit) string {
	if line.Which == "" || line.What == "pause" || line.What == "resume" {
		return ""
	}
	if _, err := queue.ParseFilter(line.Which, time.Now()); err != nil { // it was cut
		return ""
	}
	return line.Which
}

func auditJSON(page auditPage) any {
	type lineJSON struct {
		Number int64     `json:"number"`
		At     time.Time `json:"at"`
		Who    string    `json:"who"` // "": the application itself
		What   string    `json:"what"`
		Which  string    `json:"which"`
		Mails  int       `json:"mails"`
		Error  string    `json:"error,omitempty"`
	}
	lines := []lineJSON{}
	for _, l := range page.Lines {
		lines = append(lines, lineJSON{l.Number, l.At.UTC(), l.Who, l.What, l.Which, l.Mails, l.Error})
	}
	return map[string]any{"lines": lines, "next": page.Next}
}
