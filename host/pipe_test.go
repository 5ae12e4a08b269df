//go:build unix

package host

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// program returns a Pipe to a shell script, and its folder, in which it runs.
func program(t *testing.T, script string) (h *Pipe, dir string) {
	dir = t.TempDir()
	path := filepath.Join(dir, "sendmail")
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\ncd "+dir+"\n"+script), 0o700))
	return &Pipe{Path: path}, dir
}

func read(t *testing.T, dir, name string) string {
	data, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	return string(data)
}

func TestPipeRunsTheProgram(t *testing.T) {
	h, dir := program(t, `for arg; do echo "$arg"; done >args; cat >content; env >env; pwd >/dev/null`)
	t.Setenv("HOME", "/root")
	t.Setenv("SECRET", "x")
	e := envelope("b@y.example", `"a b;$(id)"@y.example`, "c@bücher.example")
	e.Data = []byte("Subject: x\r\n\r\n.\r\n..\r\nend\r\n")
	reports := sendAny(t, h, t.Context(), e)[0]
	require.Equal(t, "delivered delivered delivered", outcomes(reports))
	require.Equal(t, Report{To: "b@y.example", Outcome: Delivered, Text: "the program exited with 0 (OK)", Relay: h.Path}, reports[0])
	require.Equal(t, "-i\n-f\na@x.example\n--\nb@y.example\n\"a b;$(id)\"@y.example\nc@xn--bcher-kva.example\n", read(t, dir, "args"))
	require.Equal(t, "Subject: x\n\n.\n..\nend\n", read(t, dir, "content"))
	var names []string
	for line := range strings.Lines(read(t, dir, "env")) {
		name, _, _ := strings.Cut(line, "=")
		names = append(names, name)
	}
	// The shell itself sets the others.
	require.Subset(t, []string{"PATH", "HOME", "PWD", "OLDPWD", "SHLVL", "_"}, names)
	require.Subset(t, names, []string{"PATH", "HOME"})
}

func TestPipeArguments(t *testing.T) {
	h, dir := program(t, `for arg; do echo "$arg"; done >args; cat >/dev/null`)
	h.Args = []string{"-oi", "-N", "never"}
	e := envelope("b@y.example")
	e.From = ""
	require.Equal(t, []string{"delivered"}, words(sendAny(t, h, t.Context(), e)))
	require.Equal(t, "-oi\n-N\nnever\n-f\n<>\n--\nb@y.example\n", read(t, dir, "args"))
}

// Where the program cannot do its work, the rest of the batch does not try again.
func TestPipeUnreachableEndsTheBatch(t *testing.T) {
	h, dir := program(t, "cat >/dev/null; echo run >>runs; exit 78")
	got := sendAny(t, h, t.Context(), envelope(recipients(150)...), envelope("b@y.example"))
	for _, r := range append(got[0], got[1]...) {
		require.Equal(t, Unreachable, r.Outcome)
		require.True(t, r.Alarm)
	}
	require.Equal(t, "run\n", read(t, dir, "runs"))
	sendAny(t, h, t.Context(), envelope("b@y.example"))
	require.Equal(t, "run\nrun\n", read(t, dir, "runs"), "the next batch does")
}

func TestPipeInGroupsOfRecipients(t *testing.T) {
	h, dir := program(t, `cat >/dev/null; echo $# >>counts; case " $* " in *" u100@y.example "*) exit 75; esac`)
	reports := sendAny(t, h, t.Context(), envelope(recipients(250)...))[0]
	for i, r := range reports {
		want := Delivered
		if i >= 100 && i < 200 {
			want = Transient
		}
		require.Equal(t, want, r.Outcome, i)
	}
	require.Equal(t, "104\n104\n54\n", read(t, dir, "counts"))
}

// What a program refuses for good because of one recipient goes to the others.
func TestPipeRefusalOfOneRecipient(t *testing.T) {
	h, dir := program(t, `cat >/dev/null; echo $# >>counts; case " $* " in *" u1@y.example "*) exit 67; esac`)
	reports := sendAny(t, h, t.Context(), envelope(recipients(3)...), envelope("b@y.example", "c@y.example"))
	require.Equal(t, []string{"delivered permanent delivered", "delivered delivered"}, words(reports))
	require.Equal(t, "7\n5\n5\n5\n6\n", read(t, dir, "counts"))
}

// The time is that of the mail, however many runs it takes.
func TestPipeTimeoutOfSeveralRuns(t *testing.T) {
	h, dir := program(t, "cat >/dev/null; echo run >>runs; [ -e refused ] && sleep 600; echo >refused; exit 67")
	h.Timeout = time.Second
	reports := sendAny(t, h, t.Context(), envelope(recipients(3)...))[0]
	require.Equal(t, "uncertain transient transient", outcomes(reports))
	require.Contains(t, reports[1].Text, "took more than 1s for other recipients")
	require.Equal(t, "run\nrun\n", read(t, dir, "runs"))
}

func TestPipeRunsOneAtATime(t *testing.T) {
	h, _ := program(t, "mkdir lock || exit 75; cat >/dev/null; rmdir lock")
	for _, reports := range sendAny(t, h, t.Context(), letters(recipients(10)...)...) {
		require.Equal(t, Delivered, reports[0].Outcome, reports[0].Text)
	}
}

// Addresses are arguments, and never options. CVE-2016-10033 and its kin.
func TestPipeRefuses(t *testing.T) {
	for _, row := range corpus(t, "smtp_command_injection.txt") {
		if row[1] == "sendmail-argv" {
			refusedByPipe(t, payload(t, row[2]))
		}
	}
	for _, s := range []string{"-x@y.example", "--@y.example", "-C/tmp/x@y.example", "a b@y.example", "b@y.example -X/tmp/x", "b@y.example\x00"} {
		refusedByPipe(t, s)
	}
}

func refusedByPipe(t *testing.T, address string) {
	h, dir := program(t, "cat >/dev/null; echo run >>runs")
	from := envelope("b@y.example")
	from.From = address
	got := sendAny(t, h, t.Context(), from, envelope(address, "c@y.example"), envelope(address))
	require.Equal(t, []string{"permanent", "permanent delivered", "permanent"}, words(got), "%q", address)
	require.Equal(t, "5.1.7", got[0][0].Enhanced)
	require.Equal(t, "5.1.3", got[1][0].Enhanced)
	require.Equal(t, "run\n", read(t, dir, "runs"))
}

// A quotation mark keeps a hyphen from being an option.
func TestPipeQuotedHyphen(t *testing.T) {
	h, dir := program(t, `cat >/dev/null; for arg; do echo "$arg"; done >args`)
	require.Equal(t, []string{"delivered"}, words(sendAny(t, h, t.Context(), envelope(`"-x"@y.example`))))
	require.Equal(t, "-i\n-f\na@x.example\n--\n\"-x\"@y.example\n", read(t, dir, "args"))
}

func TestPipeRefusesContent(t *testing.T) {
	h, _ := program(t, "cat >/dev/null")
	bad := envelope("b@y.example")
	bad.Data = []byte("Subject: x\r\n\r\nbare\rline\r\n")
	got := sendAny(t, h, t.Context(), bad, envelope("b@y.example"))
	require.Equal(t, []string{"permanent", "delivered"}, words(got))
	require.Equal(t, "5.6.0", got[0][0].Enhanced)
}

// A mail whose program runs is carried to its end; no other is begun.
func TestPipeWhenTheContextEnds(t *testing.T) {
	h, dir := program(t, "cat >/dev/null; echo >started; read x <goon; exit 0")
	started, goOn := fifo(t, dir, "started"), fifo(t, dir, "goon")
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		os.ReadFile(started)
		cancel()
		os.WriteFile(goOn, []byte("\n"), 0)
	}()
	require.Equal(t, []string{"delivered", "unsent"},
		words(sendAny(t, h, ctx, envelope("b@y.example"), envelope("c@y.example"))))
	require.Equal(t, []string{"unsent permanent"}, words(sendAny(t, h, ctx, envelope("b@y.example", "bad"))))
}

func TestPipeValidate(t *testing.T) {
	require.NoError(t, (&Pipe{}).Validate())
	require.NoError(t, (&Pipe{Path: "/usr/bin/msmtp", Args: []string{"-C", "/etc/msmtprc", "-oi"}, Timeout: time.Second}).Validate())
	h := &Pipe{Path: "sendmail\x00", Args: []string{"-t", "--", "a\x00b"}, Timeout: -1}
	err := h.Validate()
	for _, text := range []string{`Path "sendmail\x00" is not absolute`, "Path has a NUL", "Args lacks -i", "Args has -t", "Args has --",
		`Args has "a\x00b"`, "Timeout is -1ns"} {
		require.ErrorContains(t, err, text)
	}
	require.ErrorContains(t, (&Pipe{Args: []string{}}).Validate(), "Args lacks -i")
	r := sendAny(t, h, t.Context(), envelope("b@y.example"))[0][0]
	require.Equal(t, Unreachable, r.Outcome)
	require.True(t, r.Alarm)
}
