package manage

import (
	"bytes"
	"encoding/json"
	"html/template"
	"net/http"

	"github.com/go-mailhost/mailhost/queue/decode"
)

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"clean":   decode.Clean,
	"count":   count,
	"hint":    hint,
	"less":    func(n int) int { return n - 1 }, // how many others there are
	"plural":  plural,
	"sized":   sized,
	"span":    span,
	"subject": subject,
	"when":    when,
}).ParseFS(pages, "pages/*.html"))

// An answer is one page and its status, or what stands for a page.
type answer struct {
	status  int
	page    string // a template's name
	title   string // cleaned
	content any    // of the template
	data    any    // for JSON
	current string // the place that the navigation marks

	allow    string // with status 405
	redirect bool   // instead of a page, for browsers
	to       string // where to, under the prefix
	done     done   // what was done, said there

	serve func(*visit, http.ResponseWriter) // instead of all this
}

// view is what templates are executed with.
type view struct {
	Prefix   string
	Home     string
	Title    string
	Open     bool // the operator may see more than this page
	Act      bool // the rights
	Content  bool
	Operator string
	Nav      []navLink
	Current  string
	Done     done
	Page     any
}

// write sends the answer.
func (v *visit) write(w http.ResponseWriter, a answer) {
	if a.allow != "" {
		w.Header().Set("Allow", a.allow)
	}
	switch {
	case v.json:
		writeJSON(w, a)
	case a.redirect:
		v.keepDone(w, a.done)
		w.Header().Set("Location", v.prefix+"/"+a.to)
		w.WriteHeader(http.StatusSeeOther) // RFC 9110 section 15.4.4
	default:
		v.writePage(w, a)
	}
}

func writeJSON(w http.ResponseWriter, a answer) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.status)
	_ = json.NewEncoder(w).Encode(a.data) // who went away is nobody's error
}

// writePage sends the page, or, where it cannot be made, an error and nothing of
// the page.
func (v *visit) writePage(w http.ResponseWriter, a answer) {
	content := view{Prefix: v.prefix, Home: v.config.Home, Title: a.title, Current: a.current, Page: a.content}
	if a.status != http.StatusForbidden {
		content.Open = true
		content.Act, content.Content = v.may(Act), v.may(Content)
		content.Operator = v.operator()
		content.Nav = v.nav()
		content.Done = v.takeDone(w)
	}
	var page bytes.Buffer
	if err := templates.ExecuteTemplate(&page, a.page, content); err != nil {
		http.Error(w, "manage: this page could not be made: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(a.status)
	_, _ = w.Write(page.Bytes())
}
