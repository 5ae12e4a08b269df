// Package house checks how the repository is laid out.
package house

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

const (
	top    = "../.."
	module = "github.com/go-mailhost/mailhost"
)

func output(t *testing.T, name string, args ...string) []string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = top
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v", name, strings.Join(args, " "), err)
	}
	return strings.Fields(string(out))
}

func TestTopLevelHoldsOnlyTheParts(t *testing.T) {
	allowed := map[string]bool{}
	for _, name := range strings.Fields("tag host queue txn example_site go.mod go.sum README.md LICENSE CHANGELOG.md") {
		allowed[name] = true
	}
	for _, path := range output(t, "git", "ls-files") {
		name, _, _ := strings.Cut(path, "/")
		if !allowed[name] && !strings.HasPrefix(name, ".") {
			t.Errorf("the top level holds %s", name)
		}
	}
}

// Data flows template, tag, txn, queue, host; imports follow it.
func TestImportsFollowTheArrow(t *testing.T) {
	order := map[string]int{"host": 0, "queue": 1, "txn": 2, "tag": 3, "example_site": 4}
	const format = `{{$p := .ImportPath}}{{range .Imports}}{{$p}}>{{.}} {{end}}`
	edges := 0
	for _, edge := range output(t, "go", "list", "-f", format, "./...") {
		from, to, _ := strings.Cut(edge, ">")
		a, ours := folder(from)
		b, theirs := folder(to)
		if !ours || !theirs {
			continue
		}
		edges++
		rankA, okA := order[a]
		rankB, okB := order[b]
		if !okA || !okB || rankB > rankA {
			t.Errorf("%s imports %s, against the arrow", from, to)
		}
	}
	if edges == 0 {
		t.Error("no imports were seen")
	}
}

// folder returns the top-level folder of a package of ours.
func folder(path string) (string, bool) {
	rest, ours := strings.CutPrefix(path, module+"/")
	name, _, _ := strings.Cut(rest, "/")
	return name, ours
}
