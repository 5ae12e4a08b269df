package manage

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// choiceTakes is what says which mail is meant, and what is to be done to it: "q" is a
// search, or there are ids; or "which" is "all", and all that "search" found in the
// queue "from" is meant. The last two also say where to go back to.
var choiceTakes = []string{"do", "q", "id", "which", "from", "search", "at"}

const maxIDs = 500

// A choice is the mail that an operator means.
type choice struct {
	Filter queue.Filter
	Text   string // the filter in words that parse reads; "" where there are ids
	IDs    []string
	From   string // the place at which it was chosen: a queue's, "all" or "mail"
	Search string // what was searched for there
}

var errNothing = errors.New("nothing is selected: mark some mails, or choose all that were found")

// choice reads which mail is meant.
func (v *visit) choice() (choice, error) {
	c := choice{From: v.in.Get("from"), Search: v.in.Get("search"), IDs: v.in["id"]}
	if _, err := queue.ParseState(c.From); err != nil && c.From != "all" && c.From != "mail" {
		return c, errors.New(`"from" must be a queue, "all" or "mail"`)
	}
	var err error
	switch {
	case v.in.Get("which") == "all":
		c.IDs = nil
		c.Filter, err = queue.ParseFilter(c.Search, time.Now().UTC())
		if state := stateOf(c.From); state != queue.AnyState {
			c.Filter.State = state
		}
	case v.in.Has("q"):
		c.IDs = nil
		if v.in.Get("q") == "" {
			return c, errNothing
		}
		c.Filter, err = queue.ParseFilter(v.in.Get("q"), time.Now().UTC())
	case len(c.IDs) == 0:
		return c, errNothing
	default:
		err = c.choose(c.IDs)
	}
	if err == nil && c.IDs == nil {
		c.settle()
	}
	return c, err
}

// choose means the mails with the ids.
func (c *choice) choose(ids []string) error {
	if len(ids) > maxIDs {
		return fmt.Errorf("%d mails are named: at most %d can be, search for them instead", len(ids), maxIDs)
	}
	for _, id := range ids {
		if !mailID.MatchString(id) {
			return errors.New(`"id" must be the id of a mail: 26 letters and digits`)
		}
	}
	c.Filter = queue.Filter{IDs: ids}
	return nil
}

// settle makes a search that says nothing mean all mail.
func (c *choice) settle() {
	c.Text = c.Filter.String()
	if c.Text == "" {
		c.Filter.All = true
		c.Text = c.Filter.String()
	}
}

// until keeps mail that was committed after now from being meant.
func (c *choice) until(now time.Time) error {
	if c.IDs != nil {
		return nil
	}
	if c.Filter.Until.IsZero() || c.Filter.Until.After(now) {
		c.Filter.Until = now
	}
	c.Text = c.Filter.String()
	_, err := queue.ParseFilter(c.Text, now) // it may be too long now
	return err
}

// back returns where the mail was chosen.
func (c *choice) back() string {
	switch {
	case c.From == "mail" && len(c.IDs) == 1:
		return "mail/" + c.IDs[0]
	case c.From == "" || c.From == "mail" || c.From == "any":
		return ""
	case c.Search == "":
		return c.From
	}
	return c.From + "?" + url.Values{"q": {c.Search}}.Encode()
}
