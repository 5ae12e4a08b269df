package main

import (
	"fmt"
	"strings"
)

// names lists the commands in the order of the help.
var names = []string{"list", "show", "flush", "retry", "hold", "release", "delete", "reschedule", "pause", "resume", "stats", "watch", "shape", "log"}

func commands() map[string]command {
	return map[string]command{
		"list":       {"[QUERY]", "postqueue -p", "what is not sent, or what matches", (*app).list},
		"show":       {"ID…", "postcat -q ID", "one mail; with -source its raw text", (*app).show},
		"flush":      {"[QUERY]", "postqueue -f", "make deferred mail due now", (*app).flush},
		"retry":      {"QUERY", "postqueue -i ID", "the same, and failed mail too", (*app).retry},
		"hold":       {"QUERY", "postsuper -h ID", "stop mail until it is released", (*app).hold},
		"release":    {"QUERY", "postsuper -H ID", "let held mail go", (*app).release},
		"delete":     {"QUERY", "postsuper -d ID", "delete all is postsuper -d ALL", (*app).delete},
		"reschedule": {"WHEN QUERY", "", "make it due in 2h, or at a time", (*app).reschedule},
		"pause":      {"ROUTE|all", "", "send nothing by that route", (*app).pause},
		"resume":     {"ROUTE|all", "", "send again", (*app).resume},
		"stats":      {"[QUERY]", "", "queues, routes, mailers; or counts", (*app).stats},
		"watch":      {"[QUERY]", "", "stats, every -every 2s", (*app).watch},
		"shape":      {"[QUEUE]", "qshape", "age by recipient domain", (*app).shape},
		"log":        {"", "", "what operators did", (*app).log},
	}
}

func helpText() string {
	var b strings.Builder
	b.WriteString("mailq -store sqlite:mail.db|postgres://… COMMAND [QUERY]   or set MAILQ_STORE\n")
	for _, name := range names {
		c := commands()[name]
		fmt.Fprintf(&b, "  %-21s %-16s %s\n", name+" "+c.args, c.is, c.does)
	}
	b.WriteString(`QUERY: to:ann@ from: subject:order state:failed route:eu lane:bulk reply:full
  meta.order:7 before:2h after:2026-11-25 id:… all; a bare word is looked for in
  addresses and subject; all must hold. - reads ids from the standard input.
Flags: -json  -yes (ask nothing)  -limit N  -v (progress)  -source  -schema NAME
Exit codes: 0 done, 1 error, 2 usage, 3 nothing matched.
`)
	return b.String()
}
