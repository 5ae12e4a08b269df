package tag

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"reflect"
	texttemplate "text/template"

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
