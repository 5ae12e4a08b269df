package hosttest

import (
	"fmt"
	"slices"
	"strings"
)

// keywords are those that the server announces.
var keywords = []string{
	"PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", "CHUNKING", "STARTTLS", "AUTH", "SMTPUTF8", "DSN", "SIZE", "LIMITS",
}

// without returns whether the keyword is to be left out.
func (s *Server) without(keyword string) bool {
	return slices.ContainsFunc(s.Without, func(w string) bool { return strings.EqualFold(w, keyword) })
}

func (s *Server) checkKeywords() error {
	for _, w := range s.Without {
		if !slices.Contains(keywords, strings.ToUpper(w)) {
			return fmt.Errorf("hosttest: Without names %q, which is not announced: known are %s", w, strings.Join(keywords, ", "))
		}
	}
	for _, w := range s.With {
		if w == "" || strings.ContainsAny(w, "\r\n") {
			return fmt.Errorf("hosttest: With has %q: write one keyword and its parameters, without a line break", w)
		}
	}
	return nil
}

// answerHello gathers the lines of go-smtp's EHLO reply and says what the
// server announces.
func (c *conn) answerHello(line []byte) error {
	c.hello = append(c.hello, slices.Clone(line))
	if line[3] == '-' {
		return nil
	}
	lines := c.hello
	c.hello, c.helloDue = nil, false
	return c.answerUnlessFault(EHLO, []byte(c.announcement(lines)))
}

func (c *conn) announcement(lines [][]byte) string {
	s := c.server
	said := []string{strings.TrimSpace(string(lines[0][4:]))}
	for _, line := range lines[1:] {
		words := strings.TrimSpace(string(line[4:]))
		keyword, _, _ := strings.Cut(words, " ")
		if !s.without(keyword) && keyword != "LIMITS" {
			said = append(said, words)
		}
	}
	if c.offersTLS() {
		said = append(said, "STARTTLS")
	}
	if limits := s.limits(); !s.without("LIMITS") {
		said = append(said, limits)
	}
	said = append(said, s.With...)
	last := len(said) - 1
	var reply strings.Builder
	for _, words := range said[:last] {
		reply.WriteString("250-" + words + "\r\n")
	}
	reply.WriteString("250 " + said[last] + "\r\n")
	return reply.String()
}

// limits returns the line of RFC 9422.
func (s *Server) limits() string {
	line := fmt.Sprintf("LIMITS RCPTMAX=%d", s.maxRcpt())
	if s.MaxPerConn > 0 {
		line += fmt.Sprintf(" MAILMAX=%d", s.MaxPerConn)
	}
	return line
}
