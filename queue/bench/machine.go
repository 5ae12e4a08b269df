package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
)

// writeMachine says what the numbers were measured on, and of whom.
func (p *plan) writeMachine(w io.Writer) {
	fmt.Fprintf(w, "%d cores (%s), %s %s/%s\n", runtime.NumCPU(), processor(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Fprintf(w, "modernc.org/sqlite %s, Postfix %s\n", version("modernc.org/sqlite"), postfixVersion())
	if hasPostgres() && slices.ContainsFunc(p.only, func(name string) bool { return slices.Contains(groups["postgres"], name) }) {
		p.writePostgres(w)
	}
	fmt.Fprintf(w, "%d bytes a mail, one recipient; medians of %d rounds; load of the machine before: %s\n\n", len(mailText), p.rounds, load())
}

// load returns how many threads were running or waiting to run over the last
// minute: what others left of the cores.
func load() string {
	averages, _ := os.ReadFile("/proc/loadavg") // Linux
	minute, _, found := strings.Cut(string(averages), " ")
	if !found {
		return "unknown"
	}
	return minute
}

func processor() string {
	info, _ := os.ReadFile("/proc/cpuinfo") // Linux; elsewhere the architecture has to do
	for line := range strings.Lines(string(info)) {
		if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

// version returns that of a module in this program.
func version(path string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == path {
				return m.Version
			}
		}
	}
	return "of unknown version"
}

func postfixVersion() string {
	path := find("postconf")
	if path == "" {
		return "not installed"
	}
	out, err := exec.Command(path, "-h", "mail_version").Output()
	if err != nil {
		return "of unknown version"
	}
	return strings.TrimSpace(string(out))
}
