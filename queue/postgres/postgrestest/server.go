// Package postgrestest starts a PostgreSQL for tests: the machine's own programs,
// in a temporary folder, on a socket, and not as root.
//
//	server, err := postgrestest.Start("", "fsync=off")
//	defer server.Remove()
//	store, err := postgres.Open(ctx, server.URL)
package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrMissing is returned by Start where there is no PostgreSQL to start.
var ErrMissing = errors.New("PostgreSQL is not installed: apt-get install postgresql")

// A Server is a PostgreSQL of one's own. On Linux it ends with the process that
// has started it, if not before.
type Server struct {
	URL string // of its database postgres, for its superuser

	dir, bin string
	settings []string
	process  *os.Process
	ended    chan struct{}
}

// Start makes a cluster in a new folder within dir, the system's for temporary
// files where that is "", and returns when its server answers. Each of the settings
// is one of PostgreSQL's, such as "fsync=off". The folder's path must be short
// enough for a socket's.
func Start(dir string, settings ...string) (*Server, error) {
	bin := programs()
	if bin == "" {
		return nil, ErrMissing
	}
	dir, err := os.MkdirTemp(dir, "pg")
	if err != nil {
		return nil, err
	}
	s := &Server{URL: socketURL(dir), dir: dir, bin: bin, settings: settings}
	if err = s.create(); err == nil {
		err = s.start()
	}
	if err != nil {
		return nil, errors.Join(err, s.Remove())
	}
	return s, nil
}

// socketURL is the address of the server whose socket is in the folder.
func socketURL(dir string) string {
	return "postgres:///postgres?user=postgres&host=" + url.QueryEscape(dir)
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

func (s *Server) create() error {
	if err := Own(s.dir); err != nil {
		return err
	}
	said, err := s.command("initdb", "-D", s.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8",
		"--locale=C", "--no-sync").CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb: %w: %s", err, said)
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
	lower(cmd)
	return cmd
}

// Restart starts the server again after Kill, and returns when it answers.
func (s *Server) Restart() (err error) {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		if err = s.start(); !errors.Is(err, errHeld) {
			break
		}
		time.Sleep(10 * time.Millisecond) // between tries
	}
	return err
}

// errHeld is returned by start while processes of a server that was killed are there
// yet.
var errHeld = errors.New("the server's memory is held")

func (s *Server) start() error {
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	args := []string{"-D", s.data(), "-k", s.dir, "-c", "listen_addresses="}
	for _, setting := range s.settings {
		args = append(args, "-c", setting)
	}
	cmd := s.command("postgres", args...)
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
			said := s.log()
			if strings.Contains(said[max(0, strings.LastIndex(said, "FATAL")):], "shared memory block") {
				return errHeld
			}
			return fmt.Errorf("PostgreSQL ended: %s", said)
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

// Kill ends the server as a crash does: by kill -9 of all its processes.
func (s *Server) Kill() {
	if s.process == nil {
		return // it was never started
	}
	kill(s.process)
	<-s.ended
}

// Remove ends the server and removes its folder.
func (s *Server) Remove() error {
	if s.process != nil {
		s.process.Signal(syscall.SIGQUIT) // pg_ctl's immediate mode, which leaves nothing
		<-s.ended
	}
	return os.RemoveAll(s.dir)
}

// Version returns which PostgreSQL Start starts, such as "15.18", and "" where there
// is none.
func Version() string {
	bin := programs()
	if bin == "" {
		return ""
	}
	said, err := exec.Command(filepath.Join(bin, "postgres"), "--version").Output()
	_, version, found := strings.Cut(string(said), "(PostgreSQL) ")
	if err != nil || !found {
		return "of unknown version"
	}
	return strings.Fields(version)[0]
}
