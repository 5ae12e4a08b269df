package manage

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	patience     = 5 * time.Second  // for the store, where a page only reads
	countingTime = 15 * time.Second // where it goes through all mail
	actionTime   = 20 * time.Second // for an action, which may be gone on with
	unnamed      = "unnamed"        // the operator of whom nobody told the name
)

// A visit is one request.
type visit struct {
	*handler
	r    *http.Request
	name string     // of its place, without .json
	args []string   // what stands for the * of its place
	in   url.Values // what it gives, by name: the query of a GET, the body of a POST
	json bool       // it wants JSON

	rights map[Right]bool // those that were asked for
}

// may tells whether the operator has the right. It asks the application once.
func (v *visit) may(right Right) bool {
	may, asked := v.rights[right]
	if !asked {
		may = v.config.Authorize(v.r, right)
		v.rights[right] = may
	}
	return may
}

func (v *visit) ctx() context.Context { return v.r.Context() }

// operator returns who it is, for the log.
func (v *visit) operator() string {
	if v.config.Operator == nil {
		return unnamed
	}
	return cmp.Or(v.config.Operator(v.r), unnamed)
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	name, ok := h.place(r.URL.Path)
	// The page that says no is to look well too, and these tell nothing.
	if file, known := files[name]; ok && known && reads(r) {
		file.write(w)
		return
	}
	v := &visit{handler: h, r: r, json: wantsJSON(r, name), rights: map[Right]bool{}}
	name = strings.TrimSuffix(name, ".json")
	v.name, v.args = starred(name)
	where, found := places[v.name]
	ctx, cancel := context.WithTimeout(r.Context(), cmp.Or(where.limit, patience))
	defer cancel()
	v.r = r.WithContext(ctx)
	a := v.answer(w, where, ok && found)
	if a.serve != nil {
		v.r = r // which has more time
		a.serve(v, w)
		return
	}
	v.write(w, a)
}

// place returns what follows the prefix, without the slash.
func (h *handler) place(path string) (string, bool) {
	name, ok := strings.CutPrefix(path, h.prefix)
	if name == "" {
		return "", ok
	}
	name, rooted := strings.CutPrefix(name, "/")
	return name, ok && rooted
}

// wantsJSON tells whether the answer is not for a browser's window.
func wantsJSON(r *http.Request, name string) bool {
	accept := r.Header.Get("Accept")
	return strings.HasSuffix(name, ".json") ||
		strings.Contains(accept, "application/json") && !strings.Contains(accept, "text/html")
}

// reads tells whether the request only reads.
func reads(r *http.Request) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodHead
}

// answer returns what the request is answered with.
func (v *visit) answer(w http.ResponseWriter, where place, found bool) answer {
	switch {
	case v.config.Authorize == nil:
		return notOpened
	case !v.may(List):
		return forbidden
	case !found:
		return noPage
	}
	serve := where.serves(v.r.Method)
	if serve == nil {
		return wrongMethod(where)
	}
	for _, right := range where.rights {
		if !v.may(right) {
			return missing[right]
		}
	}
	if err := v.guard.Check(v.r); err != nil {
		return foreign
	}
	var a *answer
	if v.in, a = v.input(w, where); a != nil {
		return *a
	}
	return serve(v)
}
