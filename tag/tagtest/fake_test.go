package tagtest

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// A fakeT is a test that keeps its failures.
type fakeT struct {
	testing.TB
	failures []string
	logs     []string
	ended    bool
	helpers  map[string]bool // the functions that called Helper
}

func (f *fakeT) Helper() {
	pc, _, _, _ := runtime.Caller(1)
	f.helpers[runtime.FuncForPC(pc).Name()] = true
}

func (f *fakeT) Logf(format string, args ...any) {
	f.logs = append(f.logs, fmt.Sprintf(format, args...))
}

func (f *fakeT) Errorf(format string, args ...any) {
	f.failures = append(f.failures, fmt.Sprintf("%s: %s", f.caller(), fmt.Sprintf(format, args...)))
}

func (f *fakeT) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
	f.ended = true
	runtime.Goexit()
}

// caller returns the file that the real one would name: that of the first function
// which is no helper.
func (f *fakeT) caller() string {
	pcs := make([]uintptr, 50)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for {
		frame, more := frames.Next()
		if !strings.HasSuffix(frame.Function, ".Fatalf") && !f.helpers[frame.Function] || !more {
			return filepath.Base(frame.File)
		}
	}
}

// fails runs what must fail a test, and returns the test.
func fails(t *testing.T, run func(f *fakeT)) *fakeT {
	t.Helper()
	f := &fakeT{TB: t, helpers: map[string]bool{}}
	done := make(chan struct{})
	go func() { // Fatalf ends its goroutine
		defer close(done)
		run(f)
	}()
	<-done
	require.NotEmpty(t, f.failures, "it must fail")
	for _, failure := range f.failures {
		require.True(t, strings.HasPrefix(failure, callerFile(t)+": tagtest: "), "the failure stands in the test's file: %s", failure)
	}
	return f
}

func callerFile(t *testing.T) string {
	t.Helper()
	for skip := 1; ; skip++ {
		_, file, _, ok := runtime.Caller(skip)
		require.True(t, ok)
		if base := filepath.Base(file); base != "fake_test.go" {
			return base
		}
	}
}

// failure runs what must fail a test once, and returns the failure without its file.
func failure(t *testing.T, run func(f *fakeT)) string {
	t.Helper()
	f := fails(t, run)
	require.Len(t, f.failures, 1)
	_, text, _ := strings.Cut(f.failures[0], ": ")
	return text
}

// letter is a mail written by hand: its header and body with lines ended by LF.
func letter(message string, to ...string) *queue.Mail {
	if len(to) == 0 {
		to = []string{"ann@example.com"}
	}
	data := strings.ReplaceAll(strings.TrimLeft(message, "\n"), "\n", "\r\n")
	return &queue.Mail{Envelope: host.Envelope{From: "shop@acme.example", To: to, Data: []byte(data)}}
}

// order is the mail of the guide.
func order() *queue.Mail {
	return letter(`
From: Acme Shop <shop@acme.example>
To: Ann <ann@example.com>
Subject: Order 7 confirmed
Date: Tue, 01 Jul 2025 10:00:00 +0200
Message-ID: <1@acme.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Dear Ann, we have your order.
See https://acme.example/orders/7.
`)
}

func commit(t *testing.T, r *Recorder, mails ...*queue.Mail) {
	t.Helper()
	require.NoError(t, r.Commit(t.Context(), mails...))
}
