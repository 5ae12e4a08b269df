package host

import (
	"cmp"
	"errors"
	"net"
	"os"
	"strconv"
	"strings"
)

// greet reads the greeting and says EHLO. It returns nil, or what is to be said
// of the relay.
func (s *session) greet(localName string) *Report {
	rep := s.await(s.timeouts.Greeting)
	if rep.code != 220 || rep.err != nil {
		s.leave(cutOff)
		return s.noService(rep, "greeting")
	}
	hello := cmp.Or(localName, literal(s.conn.LocalAddr()))
	rep = s.command("EHLO "+hello, s.timeouts.Command)
	// RFC 5321 section 3.2: an old server may know HELO only.
	old := rep.err == nil && (rep.code == 500 || rep.code == 502)
	if old {
		rep = s.command("HELO "+hello, s.timeouts.Command)
	}
	if !rep.positive() {
		return s.noService(rep, "EHLO")
	}
	if !old {
		s.ext = parseExtensions(rep.lines)
	}
	return nil
}

// noService is Unreachable. What a mail server would never say, and a refusal
// to serve at all, is for an operator to look into.
func (s *session) noService(rep reply, stage string) *Report {
	r := s.report(rep, Unreachable, stage)
	foreign := rep.err == nil && rep.code < 400 || errors.Is(rep.err, errNotSMTP)
	r.Alarm = foreign || stage == "greeting" && rep.code >= 500
	return &r
}

func (s *session) report(rep reply, outcome Outcome, command string) Report {
	r := rep.report(outcome, command)
	r.Relay = s.relay
	return r
}

// defaultLocalName returns the name of this machine, "" where it is no domain.
func defaultLocalName() string {
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	name, err = parseDomain(name)
	if err != nil {
		return ""
	}
	return name
}

// literal is RFC 5321 section 4.1.3, for section 4.1.1.1.
func literal(addr net.Addr) string {
	host, _, _ := net.SplitHostPort(addr.String())
	host, _, _ = strings.Cut(host, "%")
	if strings.Contains(host, ":") {
		host = "IPv6:" + host
	}
	return "[" + host + "]"
}

// extensions are what the server announced: keyword in upper case, parameters.
type extensions map[string]string

func parseExtensions(lines []string) extensions {
	ext := extensions{}
	for i, line := range lines {
		if i == 0 {
			continue // the server's name
		}
		// Some servers announce AUTH=LOGIN, after a draft of RFC 2554.
		if len(line) > 5 && strings.EqualFold(line[:5], "AUTH=") {
			line = "AUTH " + line[5:]
		}
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		keyword, parameters := strings.ToUpper(words[0]), strings.Join(words[1:], " ")
		ext[keyword] = strings.TrimSpace(ext[keyword] + " " + parameters)
	}
	return ext
}

func (ext extensions) has(keyword string) bool {
	_, ok := ext[keyword]
	return ok
}

// size returns the largest mail that the server takes, in bytes; 0 where it
// does not say. RFC 1870 section 4.
func (ext extensions) size() int64 {
	size, err := strconv.ParseInt(ext["SIZE"], 10, 64)
	if err != nil || size < 0 {
		return 0
	}
	return size
}
