package host

import "fmt"

// exitWords are sysexits.h, and what a shell says of a program that it cannot run.
var exitWords = map[int]struct {
	name    string
	outcome Outcome
}{
	0:   {"OK", Delivered},
	64:  {"EX_USAGE", Permanent},
	65:  {"EX_DATAERR", Permanent},
	66:  {"EX_NOINPUT", Transient},
	67:  {"EX_NOUSER", Permanent},
	68:  {"EX_NOHOST", Permanent},
	69:  {"EX_UNAVAILABLE", Transient},
	70:  {"EX_SOFTWARE", Transient},
	71:  {"EX_OSERR", Transient},
	72:  {"EX_OSFILE", Transient},
	73:  {"EX_CANTCREAT", Transient},
	74:  {"EX_IOERR", Transient},
	75:  {"EX_TEMPFAIL", Transient},
	76:  {"EX_PROTOCOL", Transient},
	77:  {"EX_NOPERM", Unreachable},
	78:  {"EX_CONFIG", Unreachable},
	126: {"cannot be run", Unreachable},
	127: {"not found", Unreachable},
}

// exitReport returns what an exit code means. One that is not known says nothing
// about the mail, so that it is tried again.
func exitReport(code int) Report {
	word, known := exitWords[code]
	if !known {
		word.name, word.outcome = "unknown", Transient
	}
	return Report{
		Outcome: word.outcome,
		Text:    fmt.Sprintf("the program exited with %d (%s)", code, word.name),
		Alarm:   word.outcome == Unreachable,
	}
}
