package manage

import (
	"net/http"

	"github.com/go-mailhost/mailhost/queue"
)

const pageSize = 50 // mails on a page

// list is the content of the page of one queue.
type list struct {
	State   queue.State
	Meaning string
	Entries []queue.Entry
	Waiting bool          // its mail falls due
	Down    []queue.Route // those that keep mail on this page waiting
	Paged   bool          // this is not the first page
	Older   string        // what is after this page: the last id on it, or ""
}

func (h *handler) list(r *http.Request, name string) answer {
	state, err := queue.ParseState(name)
	if err != nil || state == queue.AnyState {
		return noPage
	}
	if text := checkQuery(r.URL, "before"); text != "" {
		return badQuery(text)
	}
	before := r.URL.Query().Get("before")
	// One more than is shown tells whether there is an older page.
	entries, err := h.queue.List(r.Context(), queue.Filter{State: state}, queue.Page{Before: before, Size: pageSize + 1})
	if err != nil {
		return broken(err)
	}
	content := list{
		State: state, Meaning: meanings[state], Entries: entries,
		Waiting: waiting(state), Paged: before != "",
	}
	if len(entries) > pageSize {
		content.Entries = entries[:pageSize]
		content.Older = entries[pageSize-1].ID
	}
	if content.Waiting {
		if content.Down, err = h.down(r.Context(), content.Entries...); err != nil {
			return broken(err)
		}
	}
	return answer{status: http.StatusOK, page: "list", title: state.String(), content: content, current: state}
}

// waiting tells whether mail in this queue is going to be sent by itself.
func waiting(state queue.State) bool {
	return state == queue.Outgoing || state == queue.Deferred
}
