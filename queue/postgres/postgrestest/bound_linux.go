package postgrestest

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// startBound starts a process that ends with this one, however that ends.
func startBound(cmd *exec.Cmd) (*os.Process, chan struct{}, error) {
	cmd.SysProcAttr.Pdeathsig = syscall.SIGQUIT
	started, ended := make(chan error), make(chan struct{})
	go func() {
		runtime.LockOSThread() // the signal is sent when the thread ends
		err := cmd.Start()
		started <- err
		if err == nil {
			cmd.Wait()
			close(ended)
		}
	}()
	err := <-started
	return cmd.Process, ended, err
}
