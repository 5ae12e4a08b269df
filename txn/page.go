package txn

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
)

var (
	// errPanicked is what a handler gets that recovers from a Committer's panic.
	errPanicked = errors.New("txn: the page was not sent: its mail could not be committed: panic")

	errEnded = errors.New("txn: the handler has returned, and its page was sent")
)

// A page is a ResponseWriter that holds the response back until its transaction has
// been settled. Header is the server's own all the time, and what the page has set
// there is taken back where it is not to be seen.
type page struct {
	w   http.ResponseWriter
	r   *http.Request // as the page's handler got it
	cfg *Config
	tx  Txn
	ctx pageContext

	outer    http.Header   // what was set before; nil: nothing
	status   int           // 0: WriteHeader was not called yet
	body     *bytes.Buffer // nil: nothing was written yet
	released bool
	err      error // of settling, or of writing what was held back; while it is being settled, errPanicked
}

// newPage returns the page of a request whose context carries its transaction.
func newPage(cfg *Config, most load, c Committer, w http.ResponseWriter, r *http.Request) *page {
	p := &page{w: w, cfg: cfg, tx: Txn{committer: c, most: most}}
	if header := w.Header(); len(header) > 0 {
		p.outer = header.Clone()
	}
	p.ctx = pageContext{r.Context(), &p.tx}
	p.r = r.WithContext(&p.ctx)
	return p
}

// A pageContext is what NewContext returns, and a part of its page.
type pageContext struct {
	context.Context
	tx *Txn
}

func (c *pageContext) Value(key any) any {
	if key == (contextKey{}) {
		return c.tx
	}
	return c.Context.Value(key)
}

// Header returns the server's own header map, but nobody's where the page is not shown.
func (p *page) Header() http.Header {
	if p.released && p.err != nil {
		return http.Header{}
	}
	return p.w.Header()
}

func (p *page) WriteHeader(status int) {
	if status < 100 || status > 999 {
		// net/http panics too, but would only after the mail was committed.
		panic(fmt.Sprintf("txn: invalid WriteHeader code %d", status))
	}
	if p.fails(status) {
		if p.body != nil {
			p.body.Reset()
		}
		p.status = status
		return
	}
	if p.status != 0 || p.released {
		return
	}
	// RFC 9110 section 15.2: a 1xx answer is followed by another, but for 101.
	if status < 200 && status != http.StatusSwitchingProtocols {
		p.w.WriteHeader(status)
		return
	}
	p.status = status
}

// fails reports whether a handler that had begun a page says now that it failed.
// Nothing of that page has left, so the failure stands in its place.
func (p *page) fails(status int) bool {
	return !p.released && p.status != 0 && p.status < http.StatusBadRequest && status >= http.StatusBadRequest
}

func (p *page) Write(b []byte) (int, error) {
	if fits, err := p.fits(len(b)); err != nil {
		return 0, err
	} else if fits {
		return p.body.Write(b)
	}
	return p.w.Write(b)
}

// WriteString is Write without a copy.
func (p *page) WriteString(s string) (int, error) {
	if fits, err := p.fits(len(s)); err != nil {
		return 0, err
	} else if fits {
		return p.body.WriteString(s)
	}
	return p.w.Write([]byte(s))
}

// fits reports whether n more bytes can be held back. Where they cannot, it has
// released the page, and they may follow it.
func (p *page) fits(n int) (bool, error) {
	p.begin()
	if !p.released && !allowsBody(p.status) {
		return false, http.ErrBodyNotAllowed
	}
	if !p.released && p.held()+n <= p.cfg.MaxBuffer {
		p.hold()
		return true, nil
	}
	return false, p.release()
}

// begin is where the status is decided.
func (p *page) begin() {
	if p.status == 0 {
		p.status = http.StatusOK
	}
}

// allowsBody is RFC 9110 section 6.4.1.
func allowsBody(status int) bool {
	return status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified
}

// held returns how many bytes are held back.
func (p *page) held() int {
	if p.body == nil {
		return 0
	}
	return p.body.Len()
}

// hold makes sure that there is a buffer.
func (p *page) hold() {
	if p.body == nil {
		p.body = buffers.Get().(*bytes.Buffer)
	}
}

// buffers holds those of pages that have left. Pages themselves are not used again: a
// handler that keeps one too long must not find itself in another visitor's.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

const maxPooled = 64 << 10 // bytes of a buffer

// giveBack is called when nothing is held back any more.
func (p *page) giveBack() {
	if p.body != nil && p.body.Cap() <= maxPooled {
		p.body.Reset()
		buffers.Put(p.body)
	}
	p.body = nil
}

// release settles the transaction and lets the page out, or the 500 that
// stands in its place. Further calls return what the first one did.
func (p *page) release() error {
	if p.released {
		return p.err
	}
	p.begin()
	if p.err == nil {
		p.err = errPanicked
		p.err = p.settle()
	}
	p.released = true
	defer p.giveBack()
	if p.err != nil {
		p.unset()
		http.Error(p.w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return p.err
	}
	p.writeHeader()
	if p.held() > 0 {
		// Kept: what follows a beginning that was lost must not leave alone.
		_, p.err = p.w.Write(p.body.Bytes())
	}
	return p.err
}

// writeHeader sends the headers. Trailers that the page has set already come after it.
func (p *page) writeHeader() {
	header := p.w.Header()
	if len(header["Trailer"]) == 0 {
		p.w.WriteHeader(p.status)
		return
	}
	trailers := http.Header{}
	for _, names := range header["Trailer"] {
		for name := range strings.SplitSeq(names, ",") {
			name = http.CanonicalHeaderKey(strings.TrimSpace(name))
			if values, set := header[name]; set {
				trailers[name] = values
				delete(header, name)
			}
		}
	}
	p.w.WriteHeader(p.status)
	maps.Copy(header, trailers)
}

// unset takes back what the page has set in the server's header map.
func (p *page) unset() {
	header := p.w.Header()
	clear(header)
	maps.Copy(header, p.outer)
}

// settle ends the transaction as the status of the page asks, unless the
// handler has ended it.
func (p *page) settle() error {
	if p.tx.done() {
		return nil
	}
	if p.status >= http.StatusBadRequest {
		if cause := p.tx.doomed(); cause != nil {
			p.cfg.Logger.ErrorContext(p.r.Context(), "txn: a page failed, and its mail was rolled back",
				"method", p.r.Method, "pattern", p.r.Pattern, "status", p.status, "error", cause)
		}
		_ = p.tx.Rollback()
		return nil
	}
	err := p.commit()
	if err != nil {
		err = fmt.Errorf("txn: the page was not sent: %w", err)
		p.cfg.Logger.ErrorContext(p.r.Context(), "txn: commit failed",
			"method", p.r.Method, "pattern", p.r.Pattern, "error", err)
	}
	return err
}

// commit gives the Committer and the participants a context with a limit, where there
// is work for any.
func (p *page) commit() error {
	if p.tx.idle() {
		return p.tx.Commit(context.Background())
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(p.r.Context()), p.cfg.Timeout)
	defer cancel()
	return p.tx.Commit(ctx)
}

// end is called when the page was released, or the handler or the commit panicked.
func (p *page) end() {
	if !p.released || p.err != nil {
		p.unset() // trailers too, which a handler may have set by a map that it had kept
	}
	_ = p.tx.Rollback()
	p.released, p.body = true, nil
	if p.err == nil {
		p.err = errEnded
	}
}
