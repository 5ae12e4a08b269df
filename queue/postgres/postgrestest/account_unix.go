//go:build unix

package postgrestest

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Unprivileged returns the account under which PostgreSQL runs where this process
// is root's, for which it refuses to: nobody's. Else it returns nil.
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

// kill kills a process and those that it has started.
func kill(process *os.Process) {
	started := children(process.Pid)
	process.Kill() // first, so that it starts no others
	for _, pid := range started {
		syscall.Kill(pid, syscall.SIGKILL)
	}
}

// children returns the processes that a process has started, where the system tells.
func children(pid int) (pids []int) {
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, list := range lists {
		text, _ := os.ReadFile(list)
		for field := range strings.FieldsSeq(string(text)) {
			if child, err := strconv.Atoi(field); err == nil {
				pids = append(pids, child)
			}
		}
	}
	return pids
}

func lower(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Credential: Unprivileged()} }
