package tag

import (
	"bytes"
	"fmt"
	"html/template"
	"reflect"
	"strings"
	texttemplate "text/template"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// A runner is a clone of the set's templates whose functions are bound to it, so
// that a block knows the execution it belongs to. One execution uses it at a
// time.
type runner struct {
	set     *Set
	page    *template.Template
	text    *texttemplate.Template
	mails   []Composed // sent so far by this execution
	current *rendering // the block that is being rendered
}

// A rendering is one block being executed.
type rendering struct {
	outer   map[string]reflect.Value // variables of the page
	headers strings.Builder
	body    strings.Builder
	inBody  bool
}

// Write takes what the block prints, up to the size of the largest mail.
func (r *rendering) Write(p []byte) (int, error) {
	if r.headers.Len()+r.body.Len()+len(p) > maxSize {
		return 0, errTooLarge
	}
	if r.inBody {
		return r.body.Write(p)
	}
	return r.headers.Write(p)
}

func newRunner(s *Set) (*runner, error) {
	page, err := s.page.Clone()
	if err != nil {
		return nil, fmt.Errorf("tag: %w", err)
	}
	text, err := s.text.Clone()
	if err != nil {
		return nil, fmt.Errorf("tag: %w", err)
	}
	r := &runner{set: s}
	r.page = page.Funcs(template.FuncMap{sendmailFunc: r.sendmail})
	r.text = text.Funcs(texttemplate.FuncMap{outerFunc: r.outer, bodyFunc: r.startBody})
	return r, nil
}

// run executes a page and returns what it prints and the mails it sends.
func (r *runner) run(name string, data any) ([]byte, []Composed, error) {
	defer func() { r.mails, r.current = nil, nil }()
	if data == nil {
		data = noData() // a page without data passes dot to its blocks all the same
	}
	var page bytes.Buffer
	if err := r.page.ExecuteTemplate(&page, name, data); err != nil {
		return nil, nil, ofPage(err)
	}
	return page.Bytes(), r.mails, nil
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
	b := r.set.blocks[name]
	if b == nil || len(args) != len(b.args) {
		return false, errNotPrepared
	}
	m, err := r.mail(b, args)
	if err != nil {
		return false, b.inBlock(err)
	}
	r.mails = append(r.mails, Composed{b.Source, m})
	return false, nil
}

// mail renders a block and composes its mail.
func (r *runner) mail(b *block, args []reflect.Value) (*queue.Mail, error) {
	values := r.begin(b, args)
	if err := r.render(b); err != nil {
		return nil, err
	}
	d, err := readHeaders(r.current.headers.String())
	if err != nil {
		return nil, err
	}
	d.body = r.current.body.String()
	if err := d.setWords(b.args[len(b.args)-len(values):], values); err != nil {
		return nil, err
	}
	now := time.Now()
	m, err := compose(d, r.set.from, now)
	if err != nil {
		return nil, err
	}
	m.Lane = b.lane
	if d.after > 0 {
		m.NotBefore = now.Add(d.after)
	}
	return m, nil
}

// begin starts a rendering with what the page passed to the block, and returns
// the values of its words, which come last.
func (r *runner) begin(b *block, args []reflect.Value) []reflect.Value {
	r.current = &rendering{outer: map[string]reflect.Value{}}
	for i, name := range b.args {
		if !isOuter(name) {
			return args[i:]
		}
		r.current.outer[name] = args[i]
	}
	return nil
}

// noData returns a nil that templates can pass on as an argument.
func noData() reflect.Value { return reflect.ValueOf(new(any)).Elem() }

func isOuter(name string) bool { return name == "." || strings.HasPrefix(name, "$") }

// render executes a block's tree with the page's dot. Dot travels as a
// reflect.Value, so that methods on pointers keep working.
func (r *runner) render(b *block) error {
	if b.tree == nil {
		return nil
	}
	dot, ok := r.current.outer["."]
	if !ok {
		dot = noData()
	}
	return r.text.ExecuteTemplate(r.current, b.name, dot)
}
