package main

import (
	"bufio"
	"io"
	"regexp"
	"strings"

	"github.com/go-mailhost/mailhost/queue"
)

// maxIDs is how many ids are read from the standard input.
const maxIDs = 1_000_000

var (
	fieldInside = regexp.MustCompile(`\s[a-z]+(\.\S*)?:\S`)
	queueID     = regexp.MustCompile(`^[0-9a-v]{26}$`)
)

// filters reads a query from arguments, or ids from the standard input where the
// argument is -.
func (a *app) filters(args []string) ([]queue.Filter, error) {
	if len(args) == 1 && args[0] == "-" {
		return readIDs(a.stdin)
	}
	var words []string
	for _, arg := range args {
		word, err := queryWord(arg)
		if err != nil {
			return nil, err
		}
		words = append(words, word)
	}
	filter, err := queue.ParseFilter(strings.Join(words, " "), a.now())
	if err != nil {
		return nil, usageError{err}
	}
	return []queue.Filter{filter}, nil
}

// queryWord returns the word of a query that an argument is: the shell has taken the
// quotes off, and an argument's blanks are its own.
func queryWord(arg string) (string, error) {
	name, value, field := strings.Cut(arg, ":")
	switch {
	case strings.Contains(arg, `"`):
		return arg, nil // a query as it is written on the pages
	case field && value == "" && name != "":
		return arg + `""`, nil // the shell's rest of route:""
	case !strings.ContainsAny(arg, " \t\n\r\v\f\u0085\u00a0"):
		return arg, nil
	case fieldInside.MatchString(arg):
		return "", usagef("%q could be one word or several: give each word as an argument of its own", arg)
	case field && !strings.ContainsAny(name, " \t"):
		return name + ":" + quoted(value), nil
	}
	return quoted(arg), nil
}

func quoted(text string) string { return `"` + strings.ReplaceAll(text, `\`, `\\`) + `"` }

// readIDs reads an id from the beginning of each line.
func readIDs(r io.Reader) (filters []queue.Filter, err error) {
	const chunk = 500
	n := 0
	for lines := bufio.NewScanner(r); ; n++ {
		if !lines.Scan() {
			err = lines.Err()
			break
		}
		words := strings.Fields(lines.Text())
		if len(words) == 0 {
			continue
		}
		if !queueID.MatchString(words[0]) {
			return nil, usagef("line %d begins with %q, which is no id of a mail", n+1, words[0])
		}
		if n >= maxIDs {
			return nil, usagef("there are more than %d ids", maxIDs)
		}
		if len(filters) == 0 || len(filters[len(filters)-1].IDs) == chunk {
			filters = append(filters, queue.Filter{})
		}
		last := &filters[len(filters)-1]
		last.IDs = append(last.IDs, words[0])
	}
	if err == nil && filters == nil {
		err = errNothing
	}
	return filters, err
}
