package host

import (
	"slices"
	"strconv"
	"strings"
)

// The extensions are what the server announced in its reply to EHLO: RFC 5321
// section 4.1.1.1. Keywords that we have no use for are left out.
type extensions struct {
	sized      bool  // SIZE, RFC 1870
	size       int64 // the largest mail that it takes, in bytes; 0 where it does not say
	eightBit   bool  // 8BITMIME, RFC 6152
	utf8       bool  // SMTPUTF8, RFC 6531
	pipelining bool  // RFC 2920
	chunking   bool  // RFC 3030, with PIPELINING: without, it would bring nothing
	dsn        bool  // RFC 3461
	startTLS   bool  // RFC 3207
	auth       []string

	// RFC 9422; 0 where it does not say.
	mailMax   int // mails over one connection
	rcptMax   int // recipients of one mail
	domainMax int // domains of them
}

// parseExtensions reads the lines of the reply behind the first, which is the
// server's name. Keywords to be ignored are left out.
func parseExtensions(lines string, ignore []string) extensions {
	var ext extensions
	_, lines, _ = strings.Cut(lines, "\n")
	for line := range strings.SplitSeq(lines, "\n") {
		// Some servers announce AUTH=LOGIN, after a draft of RFC 2554.
		if len(line) > 5 && strings.EqualFold(line[:5], "AUTH=") {
			line = "AUTH " + line[5:]
		}
		if words := strings.Fields(line); len(words) > 0 && !containsFold(ignore, words[0]) {
			ext.add(strings.ToUpper(words[0]), words[1:])
		}
	}
	ext.chunking = ext.chunking && ext.pipelining
	return ext
}

func (ext *extensions) add(keyword string, parameters []string) {
	switch keyword {
	case "SIZE":
		ext.sized, ext.size = true, parseSize(parameters)
	case "8BITMIME":
		ext.eightBit = true
	case "SMTPUTF8":
		ext.utf8 = true
	case "PIPELINING":
		ext.pipelining = true
	case "CHUNKING":
		ext.chunking = true
	case "DSN":
		ext.dsn = true
	case "STARTTLS":
		ext.startTLS = true
	case "AUTH":
		ext.auth = append(ext.auth, parameters...)
	case "LIMITS":
		ext.addLimits(parameters)
	}
}

// parseSize is RFC 1870 section 4. What is no number is no bound.
func parseSize(parameters []string) int64 {
	if len(parameters) != 1 {
		return 0
	}
	size, err := strconv.ParseInt(parameters[0], 10, 64)
	if err != nil || size < 0 {
		return 0
	}
	return size
}

// addLimits is RFC 9422 section 4. A limit that makes no sense is none.
func (ext *extensions) addLimits(parameters []string) {
	for _, parameter := range parameters {
		name, value, _ := strings.Cut(parameter, "=")
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 {
			continue
		}
		switch strings.ToUpper(name) {
		case "MAILMAX":
			ext.mailMax = n
		case "RCPTMAX":
			ext.rcptMax = n
		case "RCPTDOMAINMAX":
			ext.domainMax = n
		}
	}
}

// maxRecipients of one transaction are what every server takes: RFC 5321
// section 4.5.3.1.8.
const maxRecipients = 100

// recipients returns how many one transaction may have.
func (ext *extensions) recipients() int {
	if ext.rcptMax > 0 {
		return min(ext.rcptMax, maxRecipients)
	}
	return maxRecipients
}

// takesAuth returns whether the server offers the mechanism.
func (ext *extensions) takesAuth(mechanism string) bool {
	return containsFold(ext.auth, mechanism)
}

func containsFold(list []string, s string) bool {
	return slices.ContainsFunc(list, func(l string) bool { return strings.EqualFold(l, s) })
}
