//go:build !linux

package postgrestest

import (
	"os"
	"os/exec"
)

// startBound starts a process.
func startBound(cmd *exec.Cmd) (*os.Process, chan struct{}, error) {
	if err := cmd.Start(); err != nil {
		return nil, nil, err
	}
	ended := make(chan struct{})
	go func() {
		cmd.Wait()
		close(ended)
	}()
	return cmd.Process, ended, nil
}
