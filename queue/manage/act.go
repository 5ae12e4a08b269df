package manage

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// unfinished is the content of the page that tells of an action whose time was over.
type unfinished struct {
	confirmation
	Done int // mails
	At   string
}

// act does what was confirmed.
func (v *visit) act() answer {
	o, err := operationNamed(v.in.Get("do"))
	if err != nil {
		return badRequest(err.Error())
	}
	chosen, err := v.choice()
	if err != nil {
		return badRequest(err.Error())
	}
	var at time.Time
	if o.AsksTime() {
		if at, err = parseAt(v.in.Get("at"), time.Now()); err != nil {
			return badRequest(err.Error())
		}
	}
	n, err := o.run(v.queue, v.operating(), chosen.Filter, at)
	v.board.outdate(v.ctx())
	data := map[string]any{"done": o.Name(), "mails": n}
	switch {
	case err != nil && errors.Is(v.ctx().Err(), context.DeadlineExceeded):
		data["unfinished"] = true
		return answer{
			status: http.StatusOK, page: "unfinished", title: o.Label + ": not finished", current: chosen.From, data: data,
			content: unfinished{confirmation{Operation: o, Choice: chosen, Back: chosen.back()}, n, v.in.Get("at")},
		}
	case err != nil:
		return broken(err)
	}
	did := answer{status: http.StatusOK, redirect: true, to: chosen.back(), done: done{What: o.Name(), Mails: n}, data: data}
	if o.Danger && chosen.From == "mail" { // its page is gone
		did.to = "all"
	}
	return did
}
