package main

import (
	"bufio"
	"bytes"
	"net"
)

// voidRelay accepts everything and keeps nothing. It allocates nothing for a
// mail, so that what this process allocates is the client's.
var voidRelay = relay{name: "void", start: func() (*server, error) {
	addr, stop, err := serve(handleVoid)
	return &server{addr: addr, stop: stop}, err
}}

const voidHello = "250-void\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 CHUNKING\r\n"

// handleVoid serves one client until it quits, hangs up, or sends a line that is
// too long.
func handleVoid(c net.Conn) {
	r, w := bufio.NewReader(c), bufio.NewWriter(c)
	w.WriteString("220 void ESMTP\r\n")
	for {
		if r.Buffered() == 0 && w.Flush() != nil {
			return
		}
		line, err := r.ReadSlice('\n')
		if err != nil || !answerVoid(line, r, w) {
			w.Flush()
			return
		}
	}
}

// answerVoid returns whether to go on. Replies wait in w while there are commands
// to be read (RFC 2920 section 3.2).
func answerVoid(line []byte, r *bufio.Reader, w *bufio.Writer) bool {
	reply, ok := "250 2.0.0 Ok\r\n", true
	switch {
	case isVerb(line, "DATA"):
		w.WriteString("354 Go on\r\n")
		ok = w.Flush() == nil && skipContent(r)
	case isVerb(line, "BDAT"):
		ok = skipChunk(line, r)
	case isVerb(line, "EHLO"):
		reply = voidHello
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
