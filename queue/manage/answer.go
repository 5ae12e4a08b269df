package manage

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/decode"
)

//go:embed pages/*.html
var pages embed.FS

//go:embed pages/style.css
var style []byte

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"clean":   decode.Clean,
	"hint":    hint,
	"subject": subject,
	"when":    when,
}).ParseFS(pages, "pages/*.html"))

// An answer is one page and its status.
type answer struct {
	status  int
	page    string // a template's name
	title   string // cleaned
	content any
	current queue.State // whose list it is, or AnyState
}

// view is what templates are executed with.
type view struct {
	Prefix  string
	Home    string
	Title   string
	Open    bool // the operator may see more than this page
	Queues  []queue.State
	Current queue.State
	Content any
}

// write sends the page, or, where it cannot be made, an error and nothing of
// the page.
func (h *handler) write(w http.ResponseWriter, a answer) {
	var page bytes.Buffer
	err := templates.ExecuteTemplate(&page, a.page, view{
		Prefix:  h.prefix,
		Home:    h.config.Home,
		Title:   a.title,
		Open:    a.status != http.StatusForbidden,
		Queues:  queue.States[:],
		Current: a.current,
		Content: a.content,
	})
	secure(w.Header())
	if err != nil {
		http.Error(w, "manage: this page could not be made: "+err.Error(), http.StatusInternalServerError)
		return
	}
	if a.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", "GET, HEAD") // RFC 9110 section 15.5.6
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(a.status)
	w.Write(page.Bytes())
}

func writeStyle(w http.ResponseWriter) {
	secure(w.Header())
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Write(style)
}

// secure keeps a page from running scripts, from being framed, guessed at or
// kept, and its address, which holds a mail's id, from being told to others.
func secure(header http.Header) {
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; "+
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
}
