package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/sqlite"
)

// The figures of the backlog, in their order.
const (
	opened = iota
	claimed
	slowest
	resident
	counted
	totalled
)

const (
	freshProcess = "a fresh process"

	// backlogFile is the environment variable that names the file to a process
	// that is to open it.
	backlogFile = "MAILHOST_BENCH_BACKLOG"
)

func (b *bench) backlogSection() *section {
	return &section{
		name:  "backlog",
		title: fmt.Sprintf("%d mails in the store", b.backlog),
		figures: []figure{{"open", showMillis}, {"claim of 100", showMillis}, {"slowest", showMillis},
			{"memory", showMegabytes}, {"Count", showMillis}, {"Totals", showMillis}},
		contenders: []*contender{{name: freshProcess, run: b.visit}},
	}
}

// visit starts a process that opens the store, which is filled at first.
func (b *bench) visit(ctx context.Context) ([]float64, error) {
	path := filepath.Join(b.dir, "backlog.db")
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		begin := time.Now()
		if err := fill(ctx, path, b.backlog, queue.Normal, []byte(text(500))); err != nil {
			return nil, err
		}
		fmt.Fprintf(b.log, "backlog: queued %d mails in %.1f s\n", b.backlog, time.Since(begin).Seconds())
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = append(os.Environ(), backlogFile+"="+path)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, bytes.TrimSpace(said.Bytes()))
	}
	var figures []*float64
	err = json.Unmarshal(out, &figures)
	return unmeasured(figures), err
}

// unmeasured puts what is not a number, which JSON lacks, in the place of null.
func unmeasured(figures []*float64) []float64 {
	values := make([]float64, len(figures))
	for i, f := range figures {
		if values[i] = math.NaN(); f != nil {
			values[i] = *f
		}
	}
	return values
}

// visitBacklog is what the process does.
func visitBacklog(ctx context.Context, path string, w io.Writer) error {
	var store *sqlite.Store
	figures := make([]*float64, totalled+1)
	err := timed(&figures[opened], func() (err error) {
		store, err = sqlite.Open(path)
		return err
	})
	if err != nil {
		return err
	}
	took, err := claimSome(ctx, store, 20)
	if err != nil {
		return errors.Join(err, store.Close())
	}
	middle, most := median(took), slices.Max(took)
	figures[claimed], figures[slowest], figures[resident] = &middle, &most, peak()
	_ = timed(&figures[counted], func() error {
		_, err := store.Count(ctx, queue.Filter{})
		return err
	})
	_ = timed(&figures[totalled], func() error {
		_, err := store.Totals(ctx)
		return err
	})
	return errors.Join(json.NewEncoder(w).Encode(figures), store.Close())
}

// claimSome returns how many milliseconds each of n claims took.
func claimSome(ctx context.Context, store queue.Store, n int) ([]float64, error) {
	took := make([]*float64, n)
	for i := range took {
		err := timed(&took[i], func() error {
			batch, _, err := store.Claim(ctx, queue.Want{Mails: 100, Bytes: 4 << 20, Lease: time.Hour})
			if err == nil && (batch == nil || len(batch.Mails) != 100) {
				err = errors.New("a claim took less than 100 mails")
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return unmeasured(took), nil
}

// timed notes how many milliseconds something took, unless it failed.
func timed(took **float64, do func() error) error {
	begin := time.Now()
	err := do()
	if err == nil {
		d := float64(time.Since(begin)) / float64(time.Millisecond)
		*took = &d
	}
	return err
}

// peak returns the most memory that was resident, in megabytes, or nil where
// the system does not say it as Linux does.
func peak() *float64 {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if size, found := strings.CutPrefix(line, "VmHWM:"); found {
			kilobytes, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(size), "kB")), 64)
			if megabytes := kilobytes / 1000; err == nil {
				return &megabytes
			}
		}
	}
	return nil
}
