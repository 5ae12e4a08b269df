package host

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// afterExit bounds how long the output of a program that has ended is waited for:
// what it left running may keep it open.
const afterExit = time.Second

// run runs the program for a group of recipients until ctx ends.
func (h *Pipe) run(ctx context.Context, d *delivery, group []recipient) Report {
	stdin := &wholeReader{r: bytes.NewReader(bytes.ReplaceAll(d.data, []byte("\r\n"), []byte("\n")))}
	stderr := &headWriter{}
	cmd := exec.CommandContext(ctx, h.path(), h.arguments(d, group)...)
	cmd.Stdin, cmd.Stderr = stdin, stderr
	cmd.Env = environment()
	cmd.Dir = string(os.PathSeparator)
	cmd.WaitDelay = afterExit
	leadGroup(cmd)
	cmd.Cancel = func() error { return killGroup(cmd.Process) }
	err := cmd.Start()
	if err == nil {
		err = cmd.Wait()
	}
	r := h.judge(cmd.ProcessState, err, context.Cause(ctx), stdin.whole)
	if words := stderr.String(); words != "" {
		r.Text += ": " + words
	}
	r.Text, r.Relay = cleanText(r.Text), h.path()
	return r
}

func (h *Pipe) arguments(d *delivery, group []recipient) []string {
	args := append([]string(nil), h.args()...)
	args = append(args, "-f", cmp.Or(d.from, "<>"), "--")
	for _, to := range group {
		args = append(args, to.mailbox.String())
	}
	return args
}

// environment returns what a program needs of ours. What else is in it may be
// secret, or change what the program does.
func environment() []string {
	var env []string
	for _, name := range []string{"PATH", "HOME"} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// judge returns what the end of the program means: state is nil where it was not
// started, killed says why it was killed, if it was.
func (h *Pipe) judge(state *os.ProcessState, err, killed error, whole bool) Report {
	switch {
	case state == nil && killed == errAborted:
		return *unsent(killed)
	case state == nil && killed != nil:
		return Report{Outcome: Transient, Text: fmt.Sprintf("the program took more than %v for other recipients of this mail", h.timeout())}
	case state == nil:
		return Report{Outcome: Unreachable, Text: fmt.Sprintf("cannot start the program: %v", err), Alarm: !passing(err)}
	case state.ExitCode() > 0:
		return exitReport(state.ExitCode())
	case state.ExitCode() == 0 && whole:
		return exitReport(0)
	case state.ExitCode() == 0:
		return Report{Outcome: Transient, Text: "the program ended well, but has not read the whole mail"}
	}
	r := Report{Outcome: Transient, Text: "the program ended by a signal"}
	switch {
	case killed == errAborted:
		r = Report{Outcome: Unsent, Text: "the program was killed: broken off"}
	case killed != nil:
		r.Text = fmt.Sprintf("the program took more than %v and was killed", h.timeout())
	}
	if whole {
		r.Outcome = Uncertain
	}
	return r
}

// passing returns whether a program could not be started for want of something
// that may be there again: files, memory, processes.
func passing(err error) bool {
	var e interface{ Temporary() bool }
	return errors.As(err, &e) && e.Temporary()
}

// A wholeReader knows whether all that it had was read, and what was read before
// its end was written.
type wholeReader struct {
	r     *bytes.Reader
	whole bool
}

// Read is called for the end only when all before it was written to the program.
func (w *wholeReader) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	w.whole = err == io.EOF
	return n, err
}

// A headWriter keeps the first maxText bytes.
type headWriter struct{ bytes.Buffer }

func (w *headWriter) Write(p []byte) (int, error) {
	w.Buffer.Write(p[:min(len(p), maxText-w.Len())])
	return len(p), nil
}
