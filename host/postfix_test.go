package host

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

// A postfix is a Postfix of the test's own: settings, queue and log are in a
// temporary folder. It relays what it accepts to a server that keeps it.
type postfix struct {
	dir   string
	next  *hosttest.Server
	seen  int               // mails of next that a test has looked at
	addrs map[string]string // of each service
	group int               // of its processes
	ended chan struct{}     // closed when the master is gone; nil before the first start
}

// A service is a port on which Postfix receives mail, with settings of its own.
type service struct {
	name     string   // in the log
	settings []string // name=value
}

// startPostfix starts a Postfix that is gone when the test ends.
func startPostfix(t *testing.T, services ...service) *postfix {
	t.Helper()
	p := newPostfix(t, services...)
	p.start(t)
	return p
}

// newPostfix makes a Postfix to be started when the files that its settings name
// are there, or skips the test where it is not installed.
func newPostfix(t *testing.T, services ...service) *postfix {
	t.Helper()
	needPostfix(t)
	dir, err := os.MkdirTemp("", "postfix")
	require.NoError(t, err)
	p := &postfix{dir: dir, addrs: map[string]string{}}
	t.Cleanup(func() { p.cleanUp(t) })
	p.next = startServer(t, &hosttest.Server{Keep: 100_000})
	p.makeFolders(t)
	p.configure(t, services)
	return p
}

func needPostfix(t *testing.T) {
	t.Helper()
	var missing string
	switch {
	case !onPath("postfix"):
		missing = "this test needs Postfix: apt-get install postfix"
	case !onPath("saslpasswd2"):
		missing = "this test needs saslpasswd2 and SASL's mechanisms: apt-get install sasl2-bin libsasl2-modules"
	case os.Geteuid() != 0:
		missing = "this test starts Postfix, which must be done by root"
	default:
		return
	}
	require.NotEqual(t, "all", os.Getenv("MAILHOST_REQUIRE"), missing)
	t.Skip(missing)
}

func onPath(command string) bool {
	_, err := exec.LookPath(command)
	return err == nil
}

func (p *postfix) path(name string) string { return filepath.Join(p.dir, name) }

// makeFolders does what Postfix's own scripts do when it is installed.
func (p *postfix) makeFolders(t *testing.T) {
	require.NoError(t, os.Chmod(p.dir, 0o755))
	account, err := user.Lookup("postfix")
	require.NoError(t, err)
	postdrop, err := user.LookupGroup("postdrop")
	require.NoError(t, err)
	for _, folder := range []struct {
		names string
		mode  fs.FileMode
		owner string
		group string
	}{
		{"queue queue/pid", 0o755, "0", "0"},
		{"data queue/active queue/bounce queue/corrupt queue/defer queue/deferred queue/flush queue/hold " +
			"queue/incoming queue/private queue/saved queue/trace", 0o700, account.Uid, "0"},
		{"queue/maildrop", 0o730, account.Uid, postdrop.Gid},
		{"queue/public", 0o710, account.Uid, postdrop.Gid},
	} {
		uid, _ := strconv.Atoi(folder.owner)
		gid, _ := strconv.Atoi(folder.group)
		for name := range strings.FieldsSeq(folder.names) {
			require.NoError(t, os.Mkdir(p.path(name), folder.mode))
			require.NoError(t, os.Chmod(p.path(name), folder.mode), "whatever the umask")
			require.NoError(t, os.Chown(p.path(name), uid, gid))
		}
	}
}

// start runs Postfix's master and returns when every service answers.
func (p *postfix) start(t *testing.T) {
	t.Helper()
	folder, err := exec.Command("postconf", "-dh", "daemon_directory").Output()
	require.NoError(t, err)
	cmd := exec.Command(filepath.Join(strings.TrimSpace(string(folder)), "master"), "-c", p.dir, "-d")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	started, ended := make(chan error), make(chan struct{})
	go func() {
		runtime.LockOSThread() // Pdeathsig counts from the end of the thread that starts it
		defer close(ended)
		err := cmd.Start()
		started <- err
		if err == nil {
			cmd.Wait()
		}
	}()
	require.NoError(t, <-started)
	p.group, p.ended = cmd.Process.Pid, ended
	for name, addr := range p.addrs {
		require.Eventually(t, func() bool { return answers(addr) }, 20*time.Second, 10*time.Millisecond, name)
	}
}

func (p *postfix) signal(s syscall.Signal) { syscall.Kill(-p.group, s) }

// stop returns when nothing is left of what start has started.
func (p *postfix) stop(s syscall.Signal) {
	if p.ended == nil {
		return
	}
	p.signal(s)
	p.signal(syscall.SIGCONT)
	<-p.ended
	p.signal(syscall.SIGKILL) // to those who are slow to follow
}

func answers(addr string) bool {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return false
	}
	c.Close()
	return true
}

// cleanUp ends Postfix, and shows its log where the test has failed.
func (p *postfix) cleanUp(t *testing.T) {
	p.stop(syscall.SIGTERM)
	if lines := p.log(t); t.Failed() {
		t.Logf("the end of Postfix's log:\n%s", strings.Join(lines[max(0, len(lines)-100):], "\n"))
	}
	require.NoError(t, os.RemoveAll(p.dir))
}

func (p *postfix) log(t *testing.T) []string {
	text, err := os.ReadFile(p.path("log"))
	if !os.IsNotExist(err) {
		require.NoError(t, err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

// logged returns whether a line of the log has all the words.
func (p *postfix) logged(t *testing.T, words ...string) bool {
	return slices.ContainsFunc(p.log(t), func(line string) bool {
		return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(line, word) })
	})
}

// requireLogged waits for a line of the log.
func (p *postfix) requireLogged(t *testing.T, words ...string) {
	t.Helper()
	require.Eventually(t, func() bool { return p.logged(t, words...) }, 10*time.Second, 10*time.Millisecond, words)
}

// freeAddr returns an address on loopback where nothing listens. Its port is
// below those that the kernel gives to others meanwhile.
func freeAddr(t *testing.T) string {
	for range 100 {
		addr := fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(10_000))
		if l, err := net.Listen("tcp", addr); err == nil {
			require.NoError(t, l.Close())
			return addr
		}
	}
	require.Fail(t, "no free port")
	return ""
}
