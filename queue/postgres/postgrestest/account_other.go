//go:build !unix

package postgrestest

import (
	"os"
	"os/exec"
)

// Own does nothing here.
func Own(string) error { return nil }

func lower(*exec.Cmd) {}

func kill(process *os.Process) { process.Kill() }
