package main

import (
	"bufio"
	"bytes"
	"net"
	"strings"
)

// voidRelay accepts everything and keeps nothing. It allocates nothing for a
// mail, so that what this process allocates is the client's.
var voidRelay = relay{name: "void", start: func(o offer) (*server, error) {
	addr, stop, err := serve(newVoid(o).handle)
	return &server{addr: addr, stop: stop}, err
}}

// A void holds the replies to EHLO.
type void struct{ hello string }

func newVoid(o offer) *void {
	keywords := []string{"8BITMIME", "PIPELINING", "CHUNKING"}
	keywords = keywords[:len(keywords)-len(o.withheld())]
	lines := append([]string{"void"}, keywords...)
	last := len(lines) - 1
	return &void{hello: "250-" + strings.Join(lines[:last], "\r\n250-") + "\r\n250 " + lines[last] + "\r\n"}
}

// handle serves one client until it quits, hangs up, or sends a line that is
// too long.
func (v *void) handle(c net.Conn) {
	r, w := bufio.NewReader(c), bufio.NewWriter(c)
	w.WriteString("220 void ESMTP\r\n")
	for {
		if r.Buffered() == 0 && w.Flush() != nil {
			return
		}
		line, err := r.ReadSlice('\n')
		if err != nil || !v.answer(line, r, w) {
			w.Flush()
			return
		}
	}
}

// answer returns whether to go on. Replies wait in w while there are commands
// to be read (RFC 2920 section 3.2).
func (v *void) answer(line []byte, r *bufio.Reader, w *bufio.Writer) bool {
	reply, ok := "250 2.0.0 Ok\r\n", true
	switch {
	case isVerb(line, "DATA"):
		w.WriteString("354 Go on\r\n")
		ok = w.Flush() == nil && skipContent(r)
	case isVerb(line, "BDAT"):
		ok = skipChunk(line, r)
	case isVerb(line, "EHLO"):
		reply = v.hello
	case isVerb(line, "QUIT"):
		reply, ok = "221 2.0.0 Bye\r\n", false
	}
	w.WriteString(reply)
	return ok
}

func isVerb(line []byte, verb string) bool {
	return len(line) >= len(verb) && bytes.EqualFold(line[:len(verb)], []byte(verb))
}

// skipContent reads up to the final dot.
func skipContent(r *bufio.Reader) bool {
	for {
		line, err := r.ReadSlice('\n')
		if err != nil || string(line) == ".\r\n" {
			return err == nil
		}
	}
}

// skipChunk reads the octets that a BDAT command announces.
func skipChunk(line []byte, r *bufio.Reader) bool {
	size := 0
	for _, digit := range line[len("BDAT "):] {
		if digit < '0' || digit > '9' {
			break
		}
		size = 10*size + int(digit-'0')
	}
	_, err := r.Discard(size)
	return err == nil
}
