// Package entryjson holds the JSON of one line of a list of mail, which the pages and
// the terminal have in common. Its names are stable.
package entryjson

import (
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// A Line is one mail of a list.
type Line struct {
	ID          string    `json:"id"`
	State       string    `json:"state"`
	Sending     bool      `json:"sending"`
	Lane        string    `json:"lane"`
	Route       string    `json:"route"`
	From        string    `json:"from"`
	To          string    `json:"to"` // the first recipient
	Recipients  int       `json:"recipients"`
	Subject     string    `json:"subject"`
	Transaction string    `json:"transaction,omitempty"`
	Attempts    int       `json:"attempts"`
	Doubts      int       `json:"doubts"`
	Queued      time.Time `json:"queued"`
	Due         time.Time `json:"due"`
	Expires     time.Time `json:"expires"`
	Last        string    `json:"last"`
	Bytes       int       `json:"bytes"`
}

// Of returns an entry's line, with its times in UTC.
func Of(e *queue.Entry) Line {
	return Line{
		e.ID, e.State.String(), e.Sending, e.Lane.String(), e.Route, e.From, e.To, e.Recipients, e.Subject, e.Transaction,
		e.Attempts, e.Doubts, e.Queued.UTC(), e.Due.UTC(), e.Expires.UTC(), e.Last, e.Size,
	}
}
