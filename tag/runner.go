package tag

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"reflect"
	texttemplate "text/template"
	"time"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/tag/internal/compose"
)

// A runner is a clone of the set's templates whose functions are bound to it, so
// that a block knows the execution it belongs to. One execution uses it at a
// time.
type runner struct {
	*compiled
	page    *template.Template
	text    *texttemplate.Template
	html    *template.Template
	ctx     context.Context // of this execution
	out     bytes.Buffer    // what the page prints
	mails   []Composed      // sent so far by this execution
	sent    int             // bytes of them
	current *rendering      // the block that is being rendered
}

func newRunner(c *compiled) (*runner, error) {
	page, err := c.page.Clone()
	if err != nil {
		return nil, fmt.Errorf("tag: %w", err)
	}
	text, err := c.text.Clone()
	if err != nil {
		return nil, fmt.Errorf("tag: %w", err)
	}
	html, err := c.html.Clone()
	if err != nil {
		return nil, fmt.Errorf("tag: %w", err)
	}
	r := &runner{compiled: c}
	bound := map[string]any{outerFunc: r.outer, bodyFunc: r.startBody, partFunc: r.part, attachFunc: r.attach, textFunc: r.escapeText}
	r.page = page.Funcs(template.FuncMap{sendmailFunc: r.sendmail})
	r.text = text.Funcs(bound)
	r.html = html.Funcs(bound).Funcs(template.FuncMap{embedFunc: r.embed})
	return r, nil
}

// run executes a page and returns what it prints and the mails it sends.
func (r *runner) run(name string, data any) ([]byte, []Composed, error) {
	if isMail(name) {
		return nil, nil, fmt.Errorf("tag: %q is a mail template: send it with Set.Send", name)
	}
	if data == nil {
		data = noData() // a page without data passes dot to its blocks all the same
	}
	r.out.Reset()
	if err := r.page.ExecuteTemplate(&r.out, name, data); err != nil {
		return nil, nil, ofPage(err)
	}
	return r.out.Bytes(), r.mails, nil
}

// maxKept bounds the memory that a runner keeps for the next page, in bytes.
const maxKept = 1 << 20

// release lets the next execution use the runner.
func (r *runner) release() {
	if r.out.Cap() > maxKept {
		r.out = bytes.Buffer{}
	}
	r.ctx, r.mails, r.sent, r.current = nil, nil, 0, nil
	r.runners.Put(r)
}

// outer gives a lifted block a variable of its page.
func (r *runner) outer(name string) (reflect.Value, error) {
	v, ok := r.current.outer[name]
	if !ok {
		return v, fmt.Errorf("the page did not pass %s", name)
	}
	return v, nil
}

func (r *runner) startBody() bool {
	r.current.inBody = true
	return false
}

// sendmail stands in the page where a block stood. It returns false, so that the
// page prints nothing.
func (r *runner) sendmail(name string, args ...reflect.Value) (bool, error) {
	b := r.blocks[name]
	if b == nil || len(args) != b.passed {
		return false, errNotPrepared
	}
	r.current = &rendering{source: b.Source, maxSize: r.maxSize, frame: newFrame(&b.lifted, args)}
	m, err := r.mail(b, func(d *draft) error { return d.setWords(b.words, args[len(b.args):]) })
	if err != nil {
		return false, b.inBlock(err)
	}
	if r.sent += len(m.Data); r.sent > maxSent {
		return false, b.inBlock(fmt.Errorf("the mails of the page have more than %d bytes together: send them by several pages, each in a transaction of its own", maxSent))
	}
	r.mails = append(r.mails, Composed{b.Source, m})
	return false, nil
}

// maxSent bounds the mails of one page together, in bytes: they are kept until it is
// complete.
const maxSent = 128 << 20

// mail renders a block and composes its mail.
func (r *runner) mail(b *block, setWords func(*draft) error) (*queue.Mail, error) {
	now := time.Now()
	d, err := r.draft(b, setWords, now)
	if err != nil {
		return nil, err
	}
	if r.edit != nil {
		return r.writeEdited(d, now)
	}
	return d.write(now, r.maxSize)
}

// draft renders a block and completes what it says. What the words say wins over what
// the block wrote.
func (r *runner) draft(b *block, setWords func(*draft) error, now time.Time) (*draft, error) {
	if err := r.render(b); err != nil {
		return nil, err
	}
	d, err := readHeaders(r.current.headers.String())
	if err != nil {
		return nil, err
	}
	r.current.fill(d)
	if err := setWords(d); err != nil {
		return nil, err
	}
	return d, r.complete(d, now)
}

// part stands in a block where a part stood. It returns false, so that the block
// prints nothing.
func (r *runner) part(name string, args ...reflect.Value) (bool, error) {
	p := r.parts[name]
	if p == nil || len(args) != len(p.args) || r.current == nil {
		return false, errNotPrepared
	}
	around := r.current.frame
	defer func() { r.current.frame = around }()
	r.current.frame = newFrame(&p.lifted, args)
	if p.kind == typeCalendar {
		r.current.calendar = &calendarText{}
	}
	text, err := r.renderPart(p)
	if err != nil {
		return false, r.current.source.inBlock(err)
	}
	return false, r.current.addPart(compose.Part{Type: p.kind, Text: text})
}

func (r *runner) renderPart(p *part) (string, error) {
	out := &partWriter{rendering: r.current}
	if p.html() {
		err := r.html.ExecuteTemplate(out, p.name, r.dot())
		return out.text.String(), err
	}
	err := r.text.ExecuteTemplate(out, p.name, r.dot())
	return out.text.String(), err
}

// dot returns the dot of what is being executed.
func (r *runner) dot() reflect.Value {
	if dot, ok := r.current.outer["."]; ok {
		return dot
	}
	return noData()
}

// escapeText returns a value as it stands in a text, or in a calendar.
func (r *runner) escapeText(v any) (string, error) {
	if r.current.calendar != nil {
		return r.current.calendar.escape(v)
	}
	return stringOf(v)
}

// noData returns a nil that templates can pass on as an argument.
func noData() reflect.Value { return reflect.ValueOf(new(any)).Elem() }

// render executes a block's tree with the page's dot. Dot travels as a
// reflect.Value, so that methods on pointers keep working.
func (r *runner) render(b *block) error {
	if b.tree == nil {
		return nil
	}
	return r.text.ExecuteTemplate(r.current, b.name, r.dot())
}
