//go:build unix

package host

import (
	"os"
	"os/exec"
	"syscall"
)

// leadGroup makes the program the first of a process group of its own, so that it
// can be killed with all that it starts, and a signal from the terminal to this
// process does not reach it.
func leadGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func killGroup(leader *os.Process) error {
	if err := syscall.Kill(-leader.Pid, syscall.SIGKILL); err != syscall.ESRCH {
		return err
	}
	return os.ErrProcessDone
}
