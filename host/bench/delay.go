package main

import (
	"bytes"
	"io"
	"time"
)

// What one direction of a connection holds at most: 8 MiB, so that 10 ms of
// delay leave room for 800 MB a second.
const (
	maxPieces = 512
	pieceSize = 16 << 10
)

// A piece is some bytes on their way.
type piece struct {
	due  time.Time
	data []byte
	err  error // what reading ended with, after the data
}

// carry writes to dst what it reads from src, each piece delay after it came,
// in order. It returns nil when it has written all up to the end of src. Where
// writing fails, it calls hangUp, which must make reading fail.
func carry(dst io.Writer, src io.Reader, delay time.Duration, hangUp func()) error {
	way := make(chan piece, maxPieces)
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
func take(way chan<- piece, src io.Reader, delay time.Duration) {
	buf := make([]byte, pieceSize)
	for {
		n, err := src.Read(buf)
		way <- piece{due: time.Now().Add(delay), data: bytes.Clone(buf[:n]), err: err}
		if err != nil {
			return
		}
	}
}

// give writes each piece when it is due.
func give(dst io.Writer, way <-chan piece) error {
	for p := range way {
		time.Sleep(time.Until(p.due))
		if len(p.data) > 0 {
			if _, err := dst.Write(p.data); err != nil {
				return err
			}
		}
		if p.err != nil && p.err != io.EOF {
			return p.err
		}
	}
	return nil
}
