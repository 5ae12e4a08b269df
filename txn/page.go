package txn

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"net/http"
)

// errPanicked is what a handler gets that recovers from a Committer's panic.
var errPanicked = errors.New("txn: the page was not sent: its mail could not be committed: panic")

// A page is a ResponseWriter that holds the response back until settle has
// said that it may leave.
type page struct {
	w      http.ResponseWriter
	max    int                    // bytes held back
	settle func(status int) error // called once; after an error the page is not shown

	header   http.Header
	status   int // 0: WriteHeader was not called yet
	body     bytes.Buffer
	released bool
	err      error // of settle, or of writing what was held back; while settle is at work, errPanicked
}

// Header returns the page's own header map while the page is held back, and
// afterwards the server's, where trailers go.
func (p *page) Header() http.Header {
	if p.released && p.err == nil {
		return p.w.Header()
	}
	return p.header
}

func (p *page) WriteHeader(status int) {
	if status < 100 || status > 999 {
		// net/http panics too, but would only after the mail was committed.
		panic(fmt.Sprintf("txn: invalid WriteHeader code %d", status))
	}
	if p.fails(status) {
		p.body.Reset()
		p.status = status
		return
	}
	if p.status != 0 || p.released {
		return
	}
	// RFC 9110 section 15.2: a 1xx answer is followed by another, but for 101.
	if status < 200 && status != http.StatusSwitchingProtocols {
		p.inform(status)
		return
	}
	p.status = status
}

// fails reports whether a handler that had begun a page says now that it failed.
// Nothing of that page has left, so the failure stands in its place.
func (p *page) fails(status int) bool {
	return !p.released && p.status != 0 && p.status < http.StatusBadRequest && status >= http.StatusBadRequest
}

// inform sends an informational answer with the headers set so far.
func (p *page) inform(status int) {
	before := p.w.Header().Clone()
	replace(p.w.Header(), p.header)
	p.w.WriteHeader(status)
	replace(p.w.Header(), before)
}

func (p *page) Write(b []byte) (int, error) {
	if p.status == 0 {
		p.status = http.StatusOK
	}
	if !p.released && p.body.Len()+len(b) <= p.max {
		return p.body.Write(b)
	}
	if err := p.release(); err != nil {
		return 0, err
	}
	return p.w.Write(b)
}

// Flush sends what is held back. See FlushError.
func (p *page) Flush() { _ = p.FlushError() }

// FlushError settles the transaction and sends what is held back. It is what
// http.ResponseController calls.
func (p *page) FlushError() error {
	if err := p.release(); err != nil {
		return err
	}
	return http.NewResponseController(p.w).Flush()
}

// release settles the transaction and lets the page out, or the 500 that
// stands in its place. Further calls return what the first one did.
func (p *page) release() error {
	if p.released {
		return p.err
	}
	if p.status == 0 {
		p.status = http.StatusOK
	}
	if p.err == nil {
		p.err = errPanicked
		p.err = p.settle(p.status)
	}
	p.released = true
	body := p.body.Bytes()
	p.body = bytes.Buffer{}
	if p.err != nil {
		http.Error(p.w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return p.err
	}
	replace(p.w.Header(), p.header)
	p.w.WriteHeader(p.status)
	if len(body) > 0 {
		// Kept: what follows a beginning that was lost must not leave alone.
		_, p.err = p.w.Write(body)
	}
	return p.err
}

func replace(header, with http.Header) {
	clear(header)
	maps.Copy(header, with)
}
