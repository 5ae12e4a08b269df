//go:build unix

package host

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fifo makes a named pipe, by which a test and a program wait for each other.
func fifo(t *testing.T, dir, name string) string {
	path := filepath.Join(dir, name)
	require.NoError(t, syscall.Mkfifo(path, 0o600))
	return path
}

// bigMail is more than a pipe holds (pipe(7)).
var bigMail = "Subject: big\r\n\r\n" + strings.Repeat(strings.Repeat("x", 98)+"\r\n", 10_000)

func bigLetter() *Envelope {
	e := envelope("b@y.example")
	e.Data = []byte(bigMail)
	return e
}

func TestPipeExitCodes(t *testing.T) {
	want := map[int]Outcome{
		0:  Delivered,
		64: Permanent, 65: Permanent, 67: Permanent, 68: Permanent,
		77: Unreachable, 78: Unreachable, 126: Unreachable, 127: Unreachable,
	}
	for _, code := range []int{0, 1, 2, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 126, 127, 255} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			outcome, ok := want[code]
			if !ok {
				outcome = Transient
			}
			h, _ := program(t, fmt.Sprintf("cat >/dev/null; echo ' no\tsuch \033user' >&2; exit %d", code))
			r := sendAny(t, h, t.Context(), envelope("b@y.example"))[0][0]
			require.Equal(t, outcome, r.Outcome)
			require.Equal(t, outcome == Unreachable, r.Alarm)
			require.Contains(t, r.Text, fmt.Sprintf("exited with %d (", code))
			require.True(t, strings.HasSuffix(r.Text, "): no such user"), r.Text)
			require.Zero(t, r.Code)
		})
	}
}

// An exit code is the program's word even where it did not want the content.
func TestPipeThatDoesNotRead(t *testing.T) {
	for script, want := range map[string]Outcome{
		"exit 67":    Permanent,
		"exit 0":     Transient, // it cannot have the whole mail
		"kill -9 $$": Transient,
	} {
		t.Run(script, func(t *testing.T) {
			h, _ := program(t, script)
			require.Equal(t, want, sendAny(t, h, t.Context(), bigLetter())[0][0].Outcome)
		})
	}
}

// Who has the whole content and ends without a word may have sent the mail.
func TestPipeEndsByASignal(t *testing.T) {
	h, _ := program(t, "cat >/dev/null; echo dying >&2; kill -TERM $$")
	for _, e := range []*Envelope{envelope("b@y.example"), bigLetter()} {
		r := sendAny(t, h, t.Context(), e)[0][0]
		require.Equal(t, Uncertain, r.Outcome)
		require.Equal(t, "the program ended by a signal: dying", r.Text)
	}
}

// A program that takes too long is killed with what it has started.
func TestPipeTimeout(t *testing.T) {
	tests := []struct {
		name string
		e    *Envelope
		want Outcome
	}{
		{"the content is written", envelope("b@y.example"), Uncertain},
		{"the content is not written", bigLetter(), Transient},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h, dir := program(t, "exec 9>alive; echo started >&9; sleep 600 & sleep 600")
			alive, err := os.OpenFile(fifo(t, dir, "alive"), os.O_RDONLY|syscall.O_NONBLOCK, 0)
			require.NoError(t, err)
			defer alive.Close()
			h.Timeout = time.Second
			r := sendAny(t, h, t.Context(), test.e)[0][0]
			require.Equal(t, test.want, r.Outcome)
			require.Contains(t, r.Text, "took more than 1s and was killed")
			require.NoError(t, alive.SetReadDeadline(time.Now().Add(10*time.Second)))
			data, err := io.ReadAll(alive) // until the last that holds it open is gone
			require.NoError(t, err, "what the program has started lives on")
			require.Equal(t, "started\n", string(data))
		})
	}
}

// What a program leaves running is not waited for, and lives on: it may be the
// one that delivers.
func TestPipeLeavesADaemon(t *testing.T) {
	h, dir := program(t, "cat >/dev/null; (echo ready >start; read x <stop; echo done >end) & read y <start; exit 0")
	fifo(t, dir, "start")
	stop, end := fifo(t, dir, "stop"), fifo(t, dir, "end")
	require.Equal(t, []string{"delivered"}, words(sendAny(t, h, t.Context(), envelope("b@y.example"))))
	require.NoError(t, os.WriteFile(stop, []byte("\n"), 0))
	data, err := os.ReadFile(end)
	require.NoError(t, err)
	require.Equal(t, "done\n", string(data))
}

func TestPipeThatCannotBeRun(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), mode))
		return path
	}
	for name, path := range map[string]string{
		"not found":        filepath.Join(dir, "none"),
		"not executable":   write("plain", "#!/bin/sh\n", 0o600),
		"no program":       write("text", "hello\n", 0o700),
		"no interpreter":   write("lost", "#!/nowhere/sh\n", 0o700),
		"a folder":         dir,
		"a file as folder": filepath.Join(dir, "plain", "sendmail"),
	} {
		t.Run(name, func(t *testing.T) {
			got := sendAny(t, &Pipe{Path: path}, t.Context(), envelope("b@y.example"), envelope("bad", "c@y.example"))
			require.Equal(t, []string{"unreachable", "permanent unreachable"}, words(got))
			require.True(t, got[0][0].Alarm)
			require.Equal(t, path, got[0][0].Relay)
			require.Contains(t, got[0][0].Text, "cannot start the program")
		})
	}
}

func TestPipeBoundsWhatItReads(t *testing.T) {
	h, _ := program(t, `cat >/dev/null; yes "no $(printf '\r\033')" | head -c 1000000 >&2; exit 75`)
	r := sendAny(t, h, t.Context(), envelope("b@y.example"))[0][0]
	require.Equal(t, Transient, r.Outcome)
	require.LessOrEqual(t, len(r.Text), maxText)
	require.Contains(t, r.Text, "75 (EX_TEMPFAIL): no no no no")
}

func TestPipeThatIsBrokenOff(t *testing.T) {
	for _, tt := range []struct {
		script string
		e      *Envelope
		want   string
	}{
		{"cat >/dev/null; exec 9>alive; echo started >&9; sleep 600 & sleep 600", envelope("b@y.example"), "uncertain"},
		{"exec 9>alive; echo started >&9; sleep 600 & sleep 600", bigLetter(), "unsent"},
	} {
		h, dir := program(t, tt.script)
		alive, err := os.OpenFile(fifo(t, dir, "alive"), os.O_RDWR, 0)
		require.NoError(t, err)
		ctx, abort := abortable(t)
		go func() {
			alive.Read(make([]byte, 1))
			abort()
		}()
		many := *tt.e
		many.To = recipients(150)
		r := sendAny(t, h, ctx, &many, envelope("c@y.example"))
		require.Equal(t, tt.want, r[0][0].Outcome.String(), r[0][0].Text)
		require.Contains(t, r[0][0].Text, "broken off")
		require.Equal(t, Unsent, r[0][149].Outcome, "of the second group")
		require.Equal(t, "unsent", outcomes(r[1]))
		alive.Close()
	}
}
