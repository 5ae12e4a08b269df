package preview

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"

	"github.com/go-mailhost/mailhost/queue/decode"
)

//go:embed templates/*.html
var pages embed.FS

//go:embed templates/style.css
var style []byte

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"clean":   decode.Clean,
	"subject": subject,
	"bytes":   bytesOf,
}).ParseFS(pages, "templates/*.html"))

// An answer is one page and its status, or a download.
type answer struct {
	status  int
	page    string // a template's name
	title   string
	content any

	raw    []byte      // instead of a page
	header http.Header // of raw
}

// view is what templates are executed with.
type view struct {
	Prefix  string
	Home    string
	Title   string
	Open    bool // the reader may see more than this page
	Content any
}

// write sends the answer, or, where a page cannot be made, an error and nothing of
// the page.
func (a answer) write(w http.ResponseWriter, h *handler) {
	secure(w.Header())
	if a.page == "" {
		for name, values := range a.header {
			w.Header()[name] = values
		}
		w.Write(a.raw)
		return
	}
	var page bytes.Buffer
	err := templates.ExecuteTemplate(&page, a.page, view{
		Prefix: h.prefix, Home: h.config.Home, Title: decode.Clean(a.title),
		Open: a.status != http.StatusForbidden, Content: a.content,
	})
	if err != nil {
		http.Error(w, "preview: this page could not be made: "+err.Error(), http.StatusInternalServerError)
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

// secure keeps a page from running scripts, from being framed, guessed at, kept or
// used by other sites, from showing others' frames, and its address from being told
// to others.
func secure(header http.Header) {
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-src 'self'; "+
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("X-DNS-Prefetch-Control", "off") // a link that is only shown resolves no name
}
