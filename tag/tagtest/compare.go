package tagtest

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Equal fails the test where the mail's String is not want, and shows the lines that
// differ. Blank lines around want do not count, and the indentation of its first line
// is taken off every line, so that it can be written where the test is.
func (m *Mail) Equal(want string) {
	m.t.Helper()
	if want, got := dedent(want), m.String(); want != got {
		m.t.Errorf("tagtest: the mail %s is another (- want, + got):\n%s", m.who(), diff(want, got))
	}
}

// updateEnv is an environment variable, for flags of a package that is imported
// would be in the way of the test's own.
const updateEnv = "MAILHOST_UPDATE"

// Golden fails the test where the mail's String is not what the file holds. With the
// environment variable MAILHOST_UPDATE=1 it writes the file instead, and its folder.
func (m *Mail) Golden(file string) {
	m.t.Helper()
	data, err := os.ReadFile(file)
	want, got := strings.ReplaceAll(string(data), "\r\n", "\n"), m.String()
	switch {
	case err == nil && want == got:
	case os.Getenv(updateEnv) == "1":
		m.write(file, got)
	case errors.Is(err, fs.ErrNotExist):
		m.t.Errorf("tagtest: there is no file %s: run the test with %s=1 to write it:\n%s", file, updateEnv, indented(got))
	case err != nil:
		m.t.Errorf("tagtest: %v", err)
	default:
		m.t.Errorf("tagtest: the mail %s is not that of %s (- want, + got; %s=1 writes it):\n%s", m.who(), file, updateEnv, diff(want, got))
	}
}

func (m *Mail) write(file, text string) {
	m.t.Helper()
	err := os.MkdirAll(filepath.Dir(file), 0o755)
	if err == nil {
		err = os.WriteFile(file, []byte(text), 0o644)
	}
	if err != nil {
		m.t.Errorf("tagtest: %v", err)
		return
	}
	m.t.Logf("tagtest: wrote %s", file)
}

// dedent takes off the blank lines around s and the indentation of its first line.
func dedent(s string) string {
	s = strings.TrimRight(strings.ReplaceAll(s, "\r\n", "\n"), " \t\n")
	for {
		first, rest, found := strings.Cut(s, "\n")
		if !found || strings.Trim(first, " \t") != "" {
			break
		}
		s = rest
	}
	indent := s[:len(s)-len(strings.TrimLeft(s, " \t"))]
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, indent)
		if strings.Trim(line, " \t") == "" && len(line) <= len(indent) {
			lines[i] = ""
		}
	}
	return strings.Join(lines, "\n") + "\n"
}
