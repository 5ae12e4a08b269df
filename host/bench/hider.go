package main

import (
	"bytes"
	"io"
	"strings"
)

// A hider reads a relay's side of a session without some EHLO keywords: an X
// takes the place of their first letter.
type hider struct {
	io.Reader
	keywords []string
	seen     int
}

// hideWithin is where a session's EHLO reply has ended for certain.
const hideWithin = 1 << 10

// Read relies on a server that writes its lines whole.
func (h *hider) Read(p []byte) (int, error) {
	n, err := h.Reader.Read(p)
	if h.seen < hideWithin {
		for _, k := range h.keywords {
			hidden := strings.Replace(k, k[:1], "X", 1)
			copy(p, bytes.ReplaceAll(p[:n], []byte("250-"+k), []byte("250-"+hidden)))
			copy(p, bytes.ReplaceAll(p[:n], []byte("250 "+k), []byte("250 "+hidden)))
		}
	}
	h.seen += n
	return n, err
}
