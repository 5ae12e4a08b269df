package tag

import (
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/go-mailhost/mailhost/tag/internal/compose"
)

// A rendering is one block being executed.
type rendering struct {
	frame
	source  Source // of the block
	headers strings.Builder
	body    strings.Builder
	inBody  bool
	parts   []compose.Part
	files   []compose.File
	size    int // bytes printed and files taken so far
	maxSize int // bytes of the mail
}

// A frame is a lifted list being executed.
type frame struct {
	outer    map[string]reflect.Value // what was passed to it, by name
	calendar *calendarText            // follows a text/calendar part, nil elsewhere
}

// newFrame gives a lifted list what was passed to it.
func newFrame(l *lifted, args []reflect.Value) frame {
	f := frame{outer: make(map[string]reflect.Value, len(l.args))}
	for i, name := range l.args {
		f.outer[name] = args[i]
	}
	return f
}

// Write takes what the block prints, up to the size of the largest mail.
func (r *rendering) Write(p []byte) (int, error) {
	if err := r.take(len(p)); err != nil {
		return 0, err
	}
	if r.inBody {
		return r.body.Write(p)
	}
	return r.headers.Write(p)
}

// take counts n bytes of the mail.
func (r *rendering) take(n int) error {
	if r.size += n; r.size > r.maxSize {
		return tooLarge(r.maxSize)
	}
	return nil
}

// room returns how many bytes the mail may still take.
func (r *rendering) room() int { return r.maxSize - r.size }

// addFile adds a file; an image that the mail has already is not added again.
func (r *rendering) addFile(f compose.File) error {
	for _, g := range r.files {
		if f.ContentID != "" && g.ContentID == f.ContentID {
			return nil
		}
	}
	if len(r.files) == compose.MaxFiles {
		return fmt.Errorf("the mail has more than %d files", compose.MaxFiles)
	}
	r.files = append(r.files, f)
	return r.take(len(f.Data))
}

// addPart adds a part; there is one of each type.
func (r *rendering) addPart(p compose.Part) error {
	for _, q := range r.parts {
		if q.Type == p.Type {
			return fmt.Errorf("the mail has two parts of type %s: write one", p.Type)
		}
	}
	r.parts = append(r.parts, p)
	return nil
}

// fill gives a draft what the block printed behind its headers. What stands beside
// parts is layout.
func (r *rendering) fill(d *draft) {
	d.parts, d.files = r.parts, r.files
	if body := r.body.String(); len(r.parts) == 0 && strings.TrimSpace(body) != "" {
		d.parts = []compose.Part{{Type: typeText, Text: body}}
	}
}

// A partWriter takes what a part prints.
type partWriter struct {
	*rendering
	text strings.Builder
}

func (w *partWriter) Write(p []byte) (int, error) {
	if err := w.take(len(p)); err != nil {
		return 0, err
	}
	if w.calendar != nil {
		if _, err := w.calendar.Write(p); err != nil {
			return 0, err
		}
	}
	return w.text.Write(p)
}

var _ io.Writer = (*partWriter)(nil)

// tooLarge is the error of a mail that has more than n bytes.
func tooLarge(n int) error { return fmt.Errorf("the mail is larger than %d bytes", n) }
