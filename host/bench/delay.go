package main

import (
	"bytes"
	"io"
	"time"
)

// What one direction of a connection holds at most: 8 MiB, so that 10 ms of
// delay leave room for 800 MB a second.
const (
	maxHeld  = 512
	heldSize = 16 << 10
)

// A held is a piece on its way.
type held struct {
	due  time.Time
	data []byte
	err  error // what reading ended with, after the data
}

// carry writes to dst what it reads from src, each piece delay after it came,
// in order. It returns nil when it has written all up to the end of src. Where
// writing fails, it calls hangUp, which must make reading fail.
func carry(dst io.Writer, src io.Reader, delay time.Duration, hangUp func()) error {
	way := make(chan held, maxHeld)
	go func() {
		defer close(way)
		take(way, src, delay)
	}()
	err := give(dst, way)
	if err != nil {
		hangUp()
	}
	for range way {
	}
	return err
}

// take puts what it reads on its way until reading fails.
func take(way chan<- held, src io.Reader, delay time.Duration) {
	buf := make([]byte, heldSize)
	for {
		n, err := src.Read(buf)
		way <- held{due: time.Now().Add(delay), data: bytes.Clone(buf[:n]), err: err}
		if err != nil {
			return
		}
	}
}

// give writes each piece when it is due.
func give(dst io.Writer, way <-chan held) error {
	for h := range way {
		time.Sleep(time.Until(h.due))
		if len(h.data) > 0 {
			if _, err := dst.Write(h.data); err != nil {
				return err
			}
		}
		if h.err != nil && h.err != io.EOF {
			return h.err
		}
	}
	return nil
}
