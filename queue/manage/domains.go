package manage

import (
	"fmt"
	"net/http"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

const domainsShown = 50

// domainsPage is the content of the page of what waits, by domain and age.
type domainsPage struct {
	State  queue.State   // AnyState: outgoing and deferred
	States []queue.State // that can be chosen
	Ages   []string      // the heads of the columns
	Rows   []domainRow
	Looked int
	Whole  bool
}

// A domainRow is one domain; its last row may be all others together.
type domainRow struct {
	Domain  string
	Search  string // of its mail, or ""
	Waiting int
	Ages    []int
}

// domains answers with the age of what waits, by the domain of the recipient, in the
// manner of Postfix's qshape: one sees which domain is stuck.
func (v *visit) domains() answer {
	state, err := queue.ParseState(v.in.Get("state"))
	if err != nil || state == queue.Failed || state == queue.Uncertain || state == queue.Sent {
		return badRequest(`"state" must be outgoing, deferred or held, or empty`)
	}
	shape, err := v.queue.Shape(v.ctx(), state, domainsShown)
	if err != nil {
		return broken(err)
	}
	content := domainsPage{
		State: state, States: []queue.State{queue.Outgoing, queue.Deferred, queue.Held},
		Ages: ageHeads(), Looked: shape.Looked, Whole: shape.Whole,
	}
	for _, d := range shape.Domains {
		row := domainRow{Domain: d.Domain, Waiting: d.Waiting, Ages: d.Ages[:]}
		if d.Domain != "" {
			row.Search = queue.Filter{To: "@" + d.Domain, State: state}.String()
		}
		content.Rows = append(content.Rows, row)
	}
	return answer{status: http.StatusOK, page: "domains", title: "Age by domain", content: content, current: "domains", data: domainsJSON(content)}
}

// ageHeads returns the ages in minutes: "≤ 5", "≤ 10", …, "older".
func ageHeads() (heads []string) {
	for _, age := range queue.ShapeAges {
		heads = append(heads, fmt.Sprintf("≤ %d", age/time.Minute))
	}
	return append(heads, "older")
}

func domainsJSON(page domainsPage) any {
	type domain struct {
		Domain  string `json:"domain"` // "": all others
		Waiting int    `json:"waiting"`
		Ages    []int  `json:"ages"`
	}
	domains, ages := []domain{}, []float64{}
	for _, row := range page.Rows {
		domains = append(domains, domain{row.Domain, row.Waiting, row.Ages})
	}
	for _, age := range queue.ShapeAges {
		ages = append(ages, age.Minutes())
	}
	return map[string]any{"upToMinutes": ages, "domains": domains, "looked": page.Looked, "whole": page.Whole}
}
