package preview

import (
	"errors"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/go-mailhost/mailhost/tag"
)

// Config holds the options of [New].
type Config struct {
	// Prefix is the path that the handler is mounted at, such as "/mails". "": the
	// root. The handler takes it off the path itself.
	Prefix string

	// Home is a page of the application that every page links back to, such as
	// "/". "": no link.
	Home string

	// Authorize tells whether the request comes from someone who may see the mails.
	// nil: nobody may.
	Authorize func(r *http.Request) bool

	// Hosts are the names, without ports, that the handler may be asked by beside
	// localhost and loopback addresses, such as "staging.acme.example" or
	// "192.168.1.7". None: this machine only.
	Hosts []string

	// Samples are the data that the templates are executed with, in the order in
	// which they are listed.
	Samples []Sample

	// Files is where JSON samples stand beside the templates: usually the file
	// system that the set was parsed from. nil: there are none.
	Files fs.FS

	// Reload makes each page parse the templates again if they have changed
	// ([tag.Set.Reload]). Mistakes in them are then shown instead of the page.
	Reload bool
}

// maxExecutions is how many pages execute samples side by side; others wait.
const maxExecutions = 4

type handler struct {
	set       *tag.Set
	prefix    string // "" or "/mails"
	config    Config
	executing chan struct{} // one element for each execution
}

// New returns a handler that shows the mails of the set. It is an error if the set
// is nil, or if a sample is incomplete or given twice; what is wrong with JSON files
// is shown on the pages, for they may change.
func New(set *tag.Set, cfg Config) (http.Handler, error) {
	if set == nil {
		return nil, errors.New("preview: New needs a set of templates: parse one with tag.ParseFS")
	}
	if err := checkSamples(cfg.Samples); err != nil {
		return nil, err
	}
	prefix := strings.TrimSuffix(path.Join("/", cfg.Prefix), "/")
	return &handler{set: set, prefix: prefix, config: cfg, executing: make(chan struct{}, maxExecutions)}, nil
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// The page that says no is to look well too, and the sheet tells nothing.
	if r.URL.Path == h.prefix+"/style.css" && reads(r) {
		writeStyle(w)
		return
	}
	h.answer(r).write(w, h)
}

// answer returns what the request is answered with.
func (h *handler) answer(r *http.Request) answer {
	switch {
	case h.config.Authorize == nil:
		return notOpened
	case !h.answersTo(r.Host):
		return wrongHost(r.Host)
	case !h.config.Authorize(r):
		return forbidden
	case !reads(r):
		return wrongMethod
	}
	place, ok := strings.CutPrefix(r.URL.Path, h.prefix)
	if place != "" && place[0] != '/' || !ok {
		return noPage
	}
	return h.page(r, strings.TrimPrefix(place, "/"))
}

// page returns the page that has the name.
func (h *handler) page(r *http.Request, name string) answer {
	show := map[string]func(*http.Request, address) answer{
		pageList: h.list, pageMail: h.mail, pageFrame: h.frame, pageMessage: h.message, pageFile: h.file,
	}[name]
	if show == nil {
		return noPage
	}
	at, err := readAddress(r.URL, name)
	if err != nil {
		return badQuery(err)
	}
	if h.config.Reload {
		if err := h.set.Reload(); err != nil {
			return mistaken(err)
		}
	}
	return show(r, at)
}

// reads tells whether the request only reads.
func reads(r *http.Request) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodHead
}
