//go:build linux

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
	stop  func(syscall.Signal)
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
	p := &postfix{dir: dir, addrs: map[string]string{}, stop: func(syscall.Signal) {}}
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
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(t, cmd.Start())
	p.group = cmd.Process.Pid
	// When this process ends, so does the pipe, and with it Postfix.
	watch := exec.Command("sh", "-c", fmt.Sprintf("read _; kill -KILL -%d 2>&-", p.group))
	pipe, err := watch.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, watch.Start())
	p.stop = func(s syscall.Signal) {
		p.signal(s)
		p.signal(syscall.SIGCONT)
		cmd.Wait()
		pipe.Close() // for those who are slow to follow
		watch.Wait()
		p.stop = func(syscall.Signal) {}
	}
	for name, addr := range p.addrs {
		require.Eventually(t, func() bool { return answers(addr) }, time.Minute, 10*time.Millisecond, name)
	}
}

func (p *postfix) signal(s syscall.Signal) { syscall.Kill(-p.group, s) }

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
