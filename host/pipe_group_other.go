//go:build !unix

package host

import (
	"os"
	"os/exec"
)

// leadGroup does nothing: there are no process groups here.
func leadGroup(*exec.Cmd) {}

func killGroup(leader *os.Process) error { return leader.Kill() }
