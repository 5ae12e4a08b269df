package main

import (
	"bytes"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

const late = 10 * time.Millisecond

// between runs a carry of ten milliseconds in a bubble. in and out are the
// outer ends of its two pipes.
func between(t *testing.T, test func(t *testing.T, in, out net.Conn, carried <-chan error)) {
	synctest.Test(t, func(t *testing.T) {
		in, src := net.Pipe()
		dst, out := net.Pipe()
		carried := make(chan error, 1)
		var group sync.WaitGroup
		group.Go(func() {
			carried <- carry(dst, src, late, func() { src.Close() })
			dst.Close()
		})
		test(t, in, out, carried)
		in.Close()
		out.Close()
		group.Wait()
	})
}

func read(t *testing.T, r io.Reader, n int) string {
	buf := make([]byte, n)
	_, err := io.ReadFull(r, buf)
	require.NoError(t, err)
	return string(buf)
}

func TestCarryDelaysEachPiece(t *testing.T) {
	between(t, func(t *testing.T, in, out net.Conn, _ <-chan error) {
		start := time.Now()
		go func() {
			in.Write([]byte("one"))
			time.Sleep(3 * time.Millisecond)
			in.Write([]byte("two"))
		}()
		require.Equal(t, "one", read(t, out, 3))
		require.Equal(t, late, time.Since(start))
		require.Equal(t, "two", read(t, out, 3))
		require.Equal(t, late+3*time.Millisecond, time.Since(start))
	})
}

func TestCarryDoesNotLimitThroughput(t *testing.T) {
	between(t, func(t *testing.T, in, out net.Conn, _ <-chan error) {
		var sent bytes.Buffer
		for i := range 100 * pieceSize {
			sent.WriteByte(byte(i % 251))
		}
		start := time.Now()
		go in.Write(sent.Bytes())
		require.True(t, read(t, out, sent.Len()) == sent.String(), "other bytes, or another order")
		require.Equal(t, late, time.Since(start), "all of it is late, but none later than the rest")
	})
}

func TestCarryBoundsWhatItHolds(t *testing.T) {
	between(t, func(t *testing.T, in, out net.Conn, _ <-chan error) {
		taken := 0
		go func() {
			for {
				n, err := in.Write(make([]byte, pieceSize))
				taken += n
				if err != nil {
					return
				}
			}
		}()
		time.Sleep(time.Hour) // nobody reads out
		synctest.Wait()
		require.InDelta(t, 8<<20, taken, 2*pieceSize, "8 MiB, what is being written, and what was read behind it")
	})
}

func TestCarryEndsAfterTheLastPiece(t *testing.T) {
	between(t, func(t *testing.T, in, out net.Conn, carried <-chan error) {
		start := time.Now()
		go func() {
			in.Write([]byte("last"))
			in.Close()
		}()
		rest, err := io.ReadAll(out)
		require.NoError(t, err)
		require.Equal(t, "last", string(rest))
		require.NoError(t, <-carried)
		require.Equal(t, late, time.Since(start), "the end is as late as the bytes")
	})
}

func TestCarryPassesOnThatReadingFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reset := errors.New("reset")
		var dst bytes.Buffer
		src := io.MultiReader(bytes.NewReader([]byte("before")), iotest.ErrReader(reset))
		require.ErrorIs(t, carry(&dst, src, late, func() {}), reset)
		require.Equal(t, "before", dst.String())
	})
}

func TestCarryHangsUpWhereWritingFails(t *testing.T) {
	between(t, func(t *testing.T, in, out net.Conn, carried <-chan error) {
		out.Close()
		_, err := in.Write([]byte("x"))
		require.NoError(t, err)
		require.ErrorIs(t, <-carried, io.ErrClosedPipe)
		_, err = in.Write([]byte("y"))
		require.ErrorIs(t, err, io.ErrClosedPipe)
	})
}
