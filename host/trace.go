package host

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A tracer writes the protocol log: a line for each command and each line of a
// reply, with the time and the number of the connection. What AUTH says is not
// in it, and no content.
type tracer struct {
	w     io.Writer
	mu    sync.Mutex
	conns atomic.Int64
}

// A trace is the part of one connection. Its nil value logs nothing.
type trace struct {
	tracer *tracer
	conn   int64
	hidden bool // AUTH is under way, and nobody else reads yet
}

func (tr *tracer) begin(addr string) *trace {
	if tr == nil {
		return nil
	}
	t := &trace{tracer: tr, conn: tr.conns.Add(1)}
	t.line('*', []byte("connected to "+addr))
	return t
}

// line logs one line.
func (t *trace) line(who byte, text []byte) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %d %c %s\n", time.Now().UTC().Format("2006-01-02T15:04:05.000Z"), t.conn, who, printable(text))
	t.tracer.mu.Lock()
	defer t.tracer.mu.Unlock()
	t.tracer.w.Write(b.Bytes())
}

// maxTraced bounds a line of the protocol log, in bytes.
const maxTraced = 1000

// printable returns a text as it is, or as a Go string without its quotation marks
// where a character cannot be printed. Three dots stand for what is cut off.
func printable(text []byte) string {
	if len(text) > maxTraced {
		return printable(text[:maxTraced]) + "..."
	}
	if !bytes.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
		return string(text)
	}
	quoted := fmt.Sprintf("%+q", text)
	return quoted[1 : len(quoted)-1]
}

func (t *trace) said(command []byte) {
	if t == nil {
		return
	}
	if t.hidden {
		command = withoutSecret(command)
	}
	t.line('C', command)
}

// withoutSecret keeps AUTH and the mechanism's name.
func withoutSecret(command []byte) []byte {
	words := bytes.SplitN(command, []byte(" "), 3)
	if len(words) < 2 {
		return []byte("(hidden)")
	}
	return append(bytes.Join(words[:2], []byte(" ")), " (hidden)"...)
}

// content tells that the content of a transaction was said, and how much it is.
func (t *trace) content(tx *transaction) {
	if t == nil {
		return
	}
	command := ""
	if tx.chunk {
		command = fmt.Sprintf("BDAT %d LAST ", len(tx.d.data))
	}
	t.line('C', fmt.Appendf(nil, "%s(%d bytes of content)", command, len(tx.d.data)))
}

func (t *trace) heard(rep *reply) {
	if t == nil {
		return
	}
	if rep.code != 0 || rep.lines != "" {
		lines := rep.lines
		if rep.code == 334 && t.hidden {
			lines = "(hidden)"
		}
		for line := range bytes.SplitSeq([]byte(lines), []byte("\n")) {
			t.line('S', fmt.Appendf(nil, "%d %s", rep.code, line))
		}
	}
	if rep.err != nil && !errors.Is(rep.err, net.ErrClosed) && !errors.Is(rep.err, io.ErrClosedPipe) {
		t.line('*', []byte(rep.err.Error()))
	}
}

// hide marks the beginning and the end of an exchange of secrets.
func (t *trace) hide(on bool) {
	if t != nil {
		t.hidden = on
	}
}

func (t *trace) ended() {
	if t != nil {
		t.line('*', []byte("closed"))
	}
}
