package manage

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-mailhost/mailhost/queue"
)

// refusal is the content of a page that says why there is no other.
type refusal struct {
	Text   string
	Sample string // Go code, or ""
}

// A problem is a refusal for JSON.
type problem struct {
	Error string `json:"error"`
}

var (
	notOpened = answer{
		status: http.StatusForbidden, page: "refusal", title: "These pages are closed",
		data: problem{"these pages are closed until the application sets Config.Authorize"},
		content: refusal{
			Text: "Nobody may see the queues until the application says who may. " +
				"Its author opens them with Config.Authorize:",
			Sample: `manage.New(q, manage.Config{
	Prefix: "/queues",
	Authorize: func(r *http.Request, right manage.Right) bool {
		return isOperator(r) // your own check
	},
})`,
		},
	}
	forbidden = refuse(http.StatusForbidden, "Not allowed",
		"You may not see the queues. Log in as someone who may, or ask the operator of this site.")
	missing = map[Right]answer{
		Content: refuse(http.StatusForbidden, "Not allowed", "You may see the queues, but not what a mail says."),
		Act:     refuse(http.StatusForbidden, "Not allowed", "You may see the queues, but not change them."),
	}
	foreign = refuse(http.StatusForbidden, "Not from here",
		"A page of another site sent this, and nothing was changed. Go to these pages yourself and do it there.")
	noPage = refuse(http.StatusNotFound, "No such page",
		"There is an overview, a list for each queue, and a page for each mail.")
	noMail = refuse(http.StatusNotFound, "No such mail",
		"No mail has this id. It may have been deleted since.")
	busy = refuse(http.StatusServiceUnavailable, "Too many viewers",
		"So many pages are live that this one is not: it shows what was when it was asked for.")
	notKept = refuse(http.StatusNotFound, "No longer kept", "What this mail said is no longer kept.")
)

func wrongMethod(where place) answer {
	a := refuse(http.StatusMethodNotAllowed, "That is not possible here", "This page answers "+where.allow()+" only.")
	a.allow = where.allow()
	return a
}

// badRequest answers what cannot be understood.
func badRequest(text string) answer {
	return refuse(http.StatusBadRequest, "This cannot be read", sentence(text))
}

// broken answers a request that the store failed, or was too slow for.
func broken(err error) answer {
	switch {
	case errors.Is(err, queue.ErrNotFound):
		return noMail
	case errors.Is(err, context.DeadlineExceeded):
		return refuse(http.StatusServiceUnavailable, "The store is too slow",
			"It did not answer in time. Mail that was committed is not lost. Try again, or ask for less: one queue, fewer days, an id.")
	case errors.Is(err, queue.ErrClosed):
		return refuse(http.StatusServiceUnavailable, "The queue is closed", "This process is going down. Mail that was committed is not lost.")
	}
	return refuse(http.StatusInternalServerError, "The store failed",
		"Mail that was committed is not lost. The store says: "+err.Error())
}

func refuse(status int, title, text string) answer {
	return answer{status: status, page: "refusal", title: title, content: refusal{Text: text}, data: problem{text}}
}

// sentence returns the words of an error with a capital and a full stop.
func sentence(text string) string {
	text = strings.TrimPrefix(text, "queue: ")
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:] + "."
}
