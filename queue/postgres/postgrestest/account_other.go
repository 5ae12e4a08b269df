//go:build !unix

package postgrestest

import "os/exec"

// Own does nothing here.
func Own(string) error { return nil }

func lower(*exec.Cmd) {}
