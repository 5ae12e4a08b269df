//go:build unix

package postgrestest

import (
	"os"
	"os/exec"
	"os/user"
	"strconv"
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

func lower(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Credential: Unprivileged()} }
