package tag

import (
	"fmt"
	"reflect"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

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

// render executes a block's tree with the page's dot. Dot travels as a
// reflect.Value, so that methods on pointers keep working.
func (r *runner) render(b *block) error {
	if b.tree == nil {
		return nil
	}
	return r.text.ExecuteTemplate(r.current, b.name, r.dot())
}
