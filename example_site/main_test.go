package main

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// asCommand makes the test binary behave as the command.
const asCommand = "EXAMPLE_SITE_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

const patience = time.Minute // until something that must happen is given up

// A process is the command at work.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	base  string // its address
	said  string // the line that named it
	lines chan string
	err   safeBuffer // what it wrote to stderr
}

// start starts the command and returns when it has printed its address.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(os.Args[0], args...), lines: make(chan string, 10)}
	p.cmd.Env = append(os.Environ(), asCommand+"=1")
	p.cmd.Stderr = &p.err
	stdout, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	t.Cleanup(p.kill)
	go func() {
		defer close(p.lines)
		for scanner := bufio.NewScanner(stdout); scanner.Scan(); {
			p.lines <- scanner.Text()
		}
	}()
	line, ok := <-p.lines
	if !ok {
		_ = p.cmd.Wait()
		t.Fatalf("the command printed nothing; it says: %s", p.err.String())
	}
	rest, found := strings.CutPrefix(line, "MailHost example site: http://")
	require.True(t, found, "the line is %q", line)
	addr, _, _ := strings.Cut(rest, "/ ")
	p.base, p.said = "http://"+addr, line
	return p
}

// kill is kill -9. It does nothing to a process that has ended.
func (p *process) kill() {
	if p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	}
}

// stop sends the signal and returns the exit code.
func (p *process) stop(signal os.Signal) int {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Signal(signal))
	watch := time.AfterFunc(patience, func() { _ = p.cmd.Process.Kill() })
	defer watch.Stop()
	for line := range p.lines {
		p.t.Errorf("the command also printed %q", line)
	}
	_ = p.cmd.Wait()
	return p.cmd.ProcessState.ExitCode()
}

type safeBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func TestASignalStopsIt(t *testing.T) {
	for _, signal := range []os.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			p := start(t, "-addr", "127.0.0.1:0", "-data", t.TempDir())
			status, _ := post(t, p.base+"/order", orderOf("ann@example.com"))
			require.Equal(t, 200, status)
			require.Zero(t, p.stop(signal), "it says: %s", p.err.String())
			require.Empty(t, p.err.String())
		})
	}
}

func TestWhatItSaysBeforeItServes(t *testing.T) {
	taken, err := listen(options{addr: "127.0.0.1:0", addrGiven: true})
	require.NoError(t, err)
	defer taken.Close()
	file := t.TempDir() + "/file"
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for _, test := range []struct {
		name           string
		args           []string
		code           int
		stdout, stderr string
	}{
		{"help", []string{"-h"}, 0, "-relay host:port", ""},
		{"unknown argument", []string{"serve"}, 2, "", `unknown argument "serve"; -h lists the flags`},
		{"unknown flag", []string{"-port", "80"}, 2, "", "not defined: -port; -h lists the flags"},
		{"relay off loopback", []string{"-relay", "192.0.2.1:25"}, 2, "", `-relay: "192.0.2.1" is at 192.0.2.1, which is not this machine`},
		{"address in use", []string{"-addr", taken.Addr().String(), "-data", t.TempDir()}, 1, "", "cannot serve at " + taken.Addr().String()},
		{"data is a file", []string{"-addr", "127.0.0.1:0", "-data", file}, 1, "", "cannot keep mail in " + file + ": mkdir "},
	} {
		t.Run(test.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			require.Equal(t, test.code, run(test.args, &stdout, &stderr))
			if test.stdout == "" {
				require.Empty(t, stdout.String())
			}
			require.Contains(t, stdout.String(), test.stdout)
			require.Contains(t, stderr.String(), test.stderr)
			require.LessOrEqual(t, strings.Count(stderr.String(), "\n"), 1)
		})
	}
}
