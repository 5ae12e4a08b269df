package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

func sourcePath() string { return find("smtp-source") }

// A source is Postfix's smtp-source. It sends a given number of mails, not for
// a given time, so it is asked for as many as it is likely to send in that time.
type source struct {
	addr  string
	conns int
	file  string        // holds the mail
	begin time.Duration // to send one mail on each connection
	guess tally         // how fast it was when last asked
}

func openSource(_ context.Context, addr string, conns int) (fleet, error) {
	f, err := os.CreateTemp("", "bench-*.eml")
	if err != nil {
		return nil, err
	}
	_, err = f.WriteString(strings.ReplaceAll(mailText, "\r\n", "\n"))
	return &source{addr: addr, conns: conns, file: f.Name()}, errors.Join(err, f.Close())
}

// warm tries how long it takes to begin, and how fast it is then.
func (s *source) warm(ctx context.Context) (total int, err error) {
	s.begin = time.Hour
	for range 2 { // what disturbs it makes it longer: the shorter counts
		took, err := s.run(ctx, s.conns)
		if err != nil {
			return total, err
		}
		total += s.conns
		s.begin = min(s.begin, took)
	}
	for n, took := 4*s.conns, time.Duration(0); took < 200*time.Millisecond; n *= 4 {
		if took, err = s.run(ctx, n); err != nil {
			return total, err
		}
		total += n
		s.guess = s.tally(n, took)
	}
	return total, nil
}

func (s *source) send(ctx context.Context, d time.Duration) (tally, error) {
	each := int(s.guess.perSecond*d.Seconds()) / s.conns
	n := s.conns * max(2, each)
	took, err := s.run(ctx, n)
	if err != nil {
		return tally{}, err
	}
	return s.tally(n, took), nil
}

// tally leaves out what others do before the clock starts: making the
// connections, and the first mail on each.
func (s *source) tally(n int, took time.Duration) tally {
	t := tally{}
	t.add(n-s.conns, max(took-s.begin, time.Millisecond))
	t.mails = n
	return t
}

// run sends n mails and returns how long that took. smtp-source stops with an
// error at the first reply that is not 2yz where it should be.
func (s *source) run(ctx context.Context, n int) (time.Duration, error) {
	cmd := exec.CommandContext(ctx, sourcePath(), "-4", "-d", "-s", strconv.Itoa(s.conns), "-m", strconv.Itoa(n),
		"-M", "localhost", "-f", sender, "-t", recipient, "-F", s.file, s.addr)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return 0, fmt.Errorf("smtp-source: %w: %s", err, bytes.TrimSpace(said.Bytes()))
	}
	return time.Since(start), nil
}

func (s *source) close() error { return os.Remove(s.file) }
