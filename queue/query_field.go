package queue

import (
	"errors"
	"fmt"
	"slices"
)

// queryFields reads the value of each field of a query.
var queryFields = map[string]func(p *queryParser, value queryWord) error{
	"to":          textField(func(f *Filter) *string { return &f.To }),
	"from":        textField(func(f *Filter) *string { return &f.From }),
	"subject":     textField(func(f *Filter) *string { return &f.Subject }),
	"reply":       textField(func(f *Filter) *string { return &f.Last }),
	"transaction": textField(func(f *Filter) *string { return &f.Transaction }),
	"id":          readIDs,
	"state":       readState,
	"lane":        readLane,
	"route":       readRouteName,
	"before": func(p *queryParser, value queryWord) (err error) {
		p.filter.Until, err = p.time(value.text)
		return err
	},
	"after": func(p *queryParser, value queryWord) (err error) {
		p.filter.Since, err = p.time(value.text)
		return err
	},
}

const queryFieldNames = "to:, from:, subject:, reply:, id:, state:, lane:, route:, meta.KEY:, transaction:, before: or after:"

var queryExamples = map[string]string{
	"to": "ann@", "from": "shop@", "subject": "order", "reply": "full", "id": "…", "transaction": "…",
	"state": "failed", "lane": "bulk", "route": `"" for the default route`, "before": "2h", "after": "2h",
}

// queryExample returns what may follow a field's name.
func queryExample(name string) string {
	if example, ok := queryExamples[name]; ok {
		return example
	}
	return `"" where its value is empty`
}

// textField reads a text that is looked for.
func textField(of func(f *Filter) *string) func(p *queryParser, value queryWord) error {
	return func(p *queryParser, value queryWord) error {
		if value.text == "" {
			return errors.New("is found everywhere: leave it out")
		}
		*of(&p.filter) = value.text
		return nil
	}
}

// readIDs adds a list of ids. One that is quoted and empty says that there is
// none.
func readIDs(p *queryParser, value queryWord) error {
	if p.filter.IDs == nil {
		p.filter.IDs = []string{}
	}
	if value.text == "" {
		return nil
	}
	for _, id := range value.split(',') {
		if id == "" {
			return errors.New("has an empty id: write id:…,…")
		}
		p.filter.IDs = append(p.filter.IDs, id)
	}
	return nil
}

func readState(p *queryParser, value queryWord) (err error) {
	p.filter.State, err = ParseState(lower(value.text))
	if err != nil || p.filter.State == AnyState {
		return errors.New("is no queue: use outgoing, deferred, held, failed, uncertain or sent")
	}
	return nil
}

func readLane(p *queryParser, value queryWord) error {
	i := slices.Index(laneNames[:], lower(value.text))
	if i < 0 {
		return errors.New("is no lane: use immediate, normal or bulk")
	}
	lane := Lane(i)
	p.filter.Lane = &lane
	return nil
}

func readRouteName(p *queryParser, value queryWord) error {
	switch {
	case value.text == AllRoutes:
		return errors.New("is no route of mail: leave it out for all routes")
	case len(value.text) > maxRoute:
		return fmt.Errorf("has %d bytes: use at most %d", len(value.text), maxRoute)
	}
	p.filter.Route = &value.text
	return nil
}
