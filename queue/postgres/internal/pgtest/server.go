//go:build unix

package pgtest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// A Server is a PostgreSQL of the tests' own.
type Server struct {
	URL string

	dir, bin string
	process  *os.Process
	ended    chan struct{}
}

// create makes a cluster, or skips the test where PostgreSQL is not installed.
func create(t testing.TB) *Server {
	t.Helper()
	bin := programs()
	if bin == "" {
		missing := "this test needs PostgreSQL: apt-get install postgresql, or set MAILHOST_POSTGRES to the URL of one"
		require.NotEqual(t, "all", os.Getenv("MAILHOST_REQUIRE"), missing)
		t.Skip(missing)
	}
	dir, err := os.MkdirTemp("", "pg")
	require.NoError(t, err)
	s := &Server{URL: socketURL(dir), dir: dir, bin: bin}
	require.NoError(t, Own(dir))
	out, err := s.command("initdb", "-D", s.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8",
		"--locale=C", "--no-sync").CombinedOutput()
	if err != nil {
		s.remove()
	}
	require.NoError(t, err, string(out))
	return s
}

// programs returns the folder of PostgreSQL's programs, "" where there is none.
func programs() string {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path)
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return ""
	}
	return filepath.Dir(found[len(found)-1])
}

// Unprivileged returns the account under which PostgreSQL runs where the tests are
// run by root, for which it refuses to.
func Unprivileged() *syscall.Credential {
	if os.Geteuid() != 0 {
		return nil
	}
	id := 65534
	if nobody, err := user.Lookup("nobody"); err == nil {
		if n, err := strconv.Atoi(nobody.Uid); err == nil {
			id = n
		}
	}
	return &syscall.Credential{Uid: uint32(id), Gid: uint32(id)}
}

// Own gives a file or folder to that account.
func Own(path string) error {
	if account := Unprivileged(); account != nil {
		return os.Chown(path, int(account.Uid), int(account.Gid))
	}
	return nil
}

// Dir is the folder in which the server's socket is.
func (s *Server) Dir() string { return s.dir }

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir = s.dir
	cmd.Env = []string{"LC_ALL=C", "PATH=" + os.Getenv("PATH"), "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: Unprivileged()}
	return cmd
}

// start returns when the server answers. It syncs nothing: the tests kill
// processes, not the machine.
func (s *Server) start() error {
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := s.command("postgres", "-D", s.data(), "-k", s.dir, "-c", "listen_addresses=", "-c", "fsync=off",
		"-c", "max_connections=200", "-c", "deadlock_timeout=100ms")
	cmd.Stdout, cmd.Stderr = log, log
	if s.process, s.ended, err = startBound(cmd); err != nil {
		return err
	}
	return s.await()
}

func (s *Server) await() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, s.URL)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-s.ended:
			return fmt.Errorf("PostgreSQL ended: %s", s.log())
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL does not answer: %w: %s", err, s.log())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// log returns the last lines of the server's log.
func (s *Server) log() string {
	text, _ := os.ReadFile(filepath.Join(s.dir, "log"))
	lines := strings.Split(string(text), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "\n")
}

// Kill ends the server at once, as if it had crashed.
func (s *Server) Kill() {
	s.process.Signal(syscall.SIGQUIT) // pg_ctl's immediate mode
	<-s.ended
}

// Restart starts the server after Kill.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	require.NoError(t, s.start())
}

func (s *Server) remove() {
	if s.process != nil {
		s.Kill()
	}
	os.RemoveAll(s.dir)
}
