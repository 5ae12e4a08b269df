//go:build linux

package crash

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A process is a child at its job. What it says goes into a history.
type process struct {
	t       *testing.T
	history *History
	cmd     *exec.Cmd
	stdin   io.Closer
	stderr  tail
	began   time.Time
	working atomic.Bool   // it has acknowledged something
	dead    atomic.Bool   // what it acknowledges from now on, nobody hears
	events  chan event    // what is no news about a mail
	ended   chan struct{} // closed when it has been waited for, and all it said has been read
	err     error         // of its end
}

// start starts a child. It is gone when the test ends.
func start(t *testing.T, h *History, j job) *process {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	return startBinary(t, h, self, j)
}

// startBinary starts a child by another build of the test binary, and by the
// command in front where there is one.
func startBinary(t *testing.T, h *History, binary string, j job, front ...string) *process {
	t.Helper()
	if j.Limit == 0 {
		j.Limit = 3 * time.Minute
	}
	text, err := json.Marshal(j)
	require.NoError(t, err)
	command := append(front, binary)
	p := &process{t: t, history: h, began: time.Now(), events: make(chan event, 10_000), ended: make(chan struct{})}
	p.cmd = exec.Command(command[0], command[1:]...)
	p.cmd.Env = append(os.Environ(), variable+"="+string(text))
	p.cmd.Stderr = &p.stderr
	// A child that was stopped reads no end of its input: the kernel kills it.
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	stdout, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	p.stdin, err = p.cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	t.Cleanup(func() { p.kill() })
	go func() {
		defer close(p.ended)
		p.listen(stdout)
		p.err = p.cmd.Wait()
	}()
	return p
}

func (p *process) listen(stdout io.Reader) {
	lines := bufio.NewReader(stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var e event
		if json.Unmarshal(line, &e) != nil {
			e = event{Do: "wrong", Text: string(line)}
		}
		p.heed(e)
	}
}

func (p *process) heed(e event) {
	var ids []string
	for _, m := range e.Mails {
		ids = append(ids, m.ID)
	}
	switch e.Do {
	case "offer":
		p.history.Offered(e.Mails...)
	case "acknowledge":
		p.working.Store(true)
		if !p.dead.Load() {
			p.history.Acknowledged(ids...)
		}
	case "refuse":
		p.history.Refused(ids...)
	case "wrong":
		p.t.Errorf("a child says: %s", e.Text)
	default:
		select {
		case p.events <- e:
		default: // nobody waits for so many
		}
	}
}

// signal sends a signal to the child and what it has started.
func (p *process) signal(s syscall.Signal) { syscall.Kill(-p.cmd.Process.Pid, s) }

// stop stops the child for a while, whatever it is doing.
func (p *process) stop(d time.Duration) {
	p.signal(syscall.SIGSTOP)
	time.AfterFunc(d, func() { p.signal(syscall.SIGCONT) })
}

// kill kills the child, where it is alive, and returns when it has ended.
func (p *process) kill() {
	p.t.Helper()
	select {
	case <-p.ended:
		p.await(p.err == nil)
	default:
		p.signal(syscall.SIGKILL)
		p.await(false)
	}
}

// await returns when the child has ended, by itself or by SIGKILL.
func (p *process) await(itself bool) {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(aWhile):
		p.signal(syscall.SIGKILL)
		<-p.ended
		require.Fail(p.t, "a child did not end", p.stderr.String())
	}
	p.stdin.Close()
	for _, bad := range []string{"DATA RACE", "panic:", "fatal error:"} {
		require.NotContains(p.t, p.stderr.String(), bad)
	}
	if itself {
		require.NoError(p.t, p.err, p.stderr.String())
	} else {
		require.ErrorContains(p.t, p.err, "killed", p.stderr.String())
	}
}

// aWhile is longer than anything takes that works, on a busy machine too.
const aWhile = 2 * time.Minute

// A tail keeps the last of what is written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailLength = 16 << 10

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, b...)
	if extra := len(t.text) - 2*tailLength; extra > 0 {
		t.text = append([]byte(nil), t.text[extra:]...)
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.ToValidUTF8(string(t.text), "?")
}
