package manage

import (
	"fmt"
	"net/http"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

const sampleSize = 5 // mails that a confirmation shows

// confirmation is the content of the page that asks before an action.
type confirmation struct {
	Operation operation
	Question  string
	Tally     tally
	Choice    choice
	Back      string
	Sample    []queue.Entry
	At        string // what is proposed
}

// confirm asks whether to do it, and changes nothing.
func (v *visit) confirm() answer {
	o, err := operationNamed(v.in.Get("do"))
	if err != nil {
		return badRequest(err.Error())
	}
	chosen, err := v.choice()
	if err != nil {
		return badRequest(err.Error())
	}
	stats, err := v.board.read(v.ctx())
	if err != nil {
		return broken(err)
	}
	if err := chosen.until(stats.Now); err != nil {
		return badRequest(err.Error())
	}
	n, err := v.tally(chosen.Filter, o.Operation)
	if err != nil {
		return broken(err)
	}
	sample, err := v.fill(chosen.Filter, "", sampleSize)
	if err != nil {
		return broken(err)
	}
	return answer{
		status: http.StatusOK, page: "confirm", title: o.Label, current: chosen.From,
		content: confirmation{
			Operation: o, Question: fmt.Sprintf(o.Question, n.Words()), Tally: n, Choice: chosen, Back: chosen.back(), Sample: sample.entries,
			At: time.Now().UTC().Add(time.Hour).Format("2006-01-02T15:04"),
		},
		data: map[string]any{
			"do": o.Name(), "q": chosen.Text, "id": chosen.IDs, "mails": n.Mails, "atLeast": n.Least, "passedOver": n.Passed,
		},
	}
}
