package manage

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

const (
	pageSize   = 50                    // mails on a page
	pageTime   = 80 * time.Millisecond // in which a page is filled; what was not found then is a click away
	countMost  = 1000                  // that are counted of a search
	countTime  = 50 * time.Millisecond // in which they are
	searchSize = 500                   // entries in one answer of the store, where they are counted
)

// mailID is what a queue's ids look like.
var mailID = regexp.MustCompile(`^[0-9a-v]{26}$`)

var listTakes = []string{"q", "before"}

// list is the content of the page of one queue, or of all of them.
type list struct {
	Place   string // "all", or the queue's name
	Meaning string
	Search  string // as it was typed
	Mistake string // in it
	Entries []queue.Entry
	Waiting bool          // its mail falls due
	Mixed   bool          // mail of several queues stands here
	Down    []queue.Route // those that keep mail on this page waiting
	Found   string        // how many there are: "12", "1,000+"
	Paged   bool          // this is not the first page
	Next    string        // from where the next page goes on, or ""
	Back    time.Time     // until when was searched, where the page is not full and there is more
	Actions []operation   // what may be done to mail here
}

// found is a part of what a filter matches, newest first.
type found struct {
	entries []queue.Entry
	next    string // "": there is no more
}

func (v *visit) list() answer {
	l := list{Place: v.name, Search: v.in.Get("q"), Paged: v.in.Has("before")}
	before := v.in.Get("before")
	if l.Paged && !mailID.MatchString(before) {
		return badRequest(`"before" must be the id of a mail: 26 letters and digits`)
	}
	state := stateOf(v.name)
	filter, err := queue.ParseFilter(l.Search, time.Now().UTC())
	if err != nil {
		l.Mistake = sentence(err.Error())
		return v.listed(l, state, http.StatusBadRequest)
	}
	if state != queue.AnyState && filter.State != queue.AnyState && filter.State != state {
		return answer{status: http.StatusSeeOther, redirect: true, to: "all?" + url.Values{"q": {l.Search}}.Encode(),
			data: problem{"the search names another queue: ask for all.json"}}
	}
	if state != queue.AnyState {
		filter.State = state
	}
	page, err := v.fill(filter, before, pageSize)
	if err != nil {
		return broken(err)
	}
	l.Entries, l.Next = page.entries, page.next
	if len(l.Entries) < pageSize && l.Next != "" {
		l.Back = idTime(l.Next)
	}
	if l.Found, err = v.howMany(filter, l, page); err != nil {
		return broken(err)
	}
	if l.Down, err = v.down(waitingOf(l.Entries)...); err != nil {
		return broken(err)
	}
	return v.listed(l, filter.State, http.StatusOK)
}

// listed completes the list.
func (v *visit) listed(l list, state queue.State, status int) answer {
	l.Meaning, l.Waiting, l.Mixed = meanings[stateOf(l.Place)], waiting(state), state == queue.AnyState
	l.Actions = v.actions(state)
	a := answer{status: status, page: "list", title: titleOf(l.Place), content: l, current: l.Place, data: listJSON(l)}
	if l.Mistake != "" {
		a.data = problem{l.Mistake}
	}
	return a
}

// titleOf returns the heading of a list.
func titleOf(place string) string {
	if place == "all" {
		return "All mail"
	}
	return strings.ToUpper(place[:1]) + place[1:]
}

func stateOf(place string) queue.State {
	state, err := queue.ParseState(place)
	if err != nil { // "all"
		return queue.AnyState
	}
	return state
}

// fill searches until so many are found, the end is reached or pageTime is over.
func (v *visit) fill(filter queue.Filter, before string, size int) (found, error) {
	var f found
	for start := time.Now(); ; {
		entries, next, err := v.queue.Search(v.ctx(), filter, queue.Page{Before: before, Size: size - len(f.entries)})
		if err != nil {
			return f, err
		}
		f.entries, f.next, before = append(f.entries, entries...), next, next
		if next == "" || len(f.entries) >= size || time.Since(start) >= pageTime {
			return f, nil
		}
	}
}

// howMany returns how many mails the list has, as far as they can be counted at once.
func (v *visit) howMany(filter queue.Filter, l list, page found) (string, error) {
	if l.Search == "" { // the store keeps count
		stats, err := v.board.read(v.ctx())
		if err != nil {
			return "", err
		}
		return count(standing(stats, filter.State)), nil
	}
	if l.Paged {
		return "", nil
	}
	if !l.Back.IsZero() { // what was searched took its time already
		return count(len(page.entries)) + "+", nil
	}
	n, more, err := v.countOn(filter, page)
	if more {
		return count(n) + "+", err
	}
	return count(n), err
}

// countOn counts what follows the page too, for a while.
func (v *visit) countOn(filter queue.Filter, page found) (n int, more bool, err error) {
	n = len(page.entries)
	for start := time.Now(); page.next != ""; {
		if n >= countMost || time.Since(start) >= countTime {
			return min(n, countMost), true, nil
		}
		page.entries, page.next, err = v.queue.Search(v.ctx(), filter, queue.Page{Before: page.next, Size: searchSize})
		if err != nil {
			return n, true, err
		}
		n += len(page.entries)
	}
	return min(n, countMost), n > countMost, nil
}

// waitingOf returns those that are going to be sent by themselves.
func waitingOf(entries []queue.Entry) (list []queue.Entry) {
	for _, e := range entries {
		if waiting(e.State) {
			list = append(list, e)
		}
	}
	return list
}
