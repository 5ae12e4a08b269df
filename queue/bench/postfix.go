//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// hasPostfix tells whether Postfix can run here: starting it takes root.
func hasPostfix() bool { return find("smtp-source") != "" && os.Geteuid() == 0 }

// sendThroughPostfix hands mails to a new Postfix and returns how many a second have
// come out at smtp-sink.
func (b *bench) sendThroughPostfix(ctx context.Context, mails int) (figures []float64, err error) {
	err = b.within(func(dir string) error {
		tally := newTally(mails)
		sink, err := startSink(tally.reach)
		if err != nil {
			return err
		}
		defer sink.stop()
		addr, stop, err := startPostfix(dir, sink.addr)
		if err != nil {
			return err
		}
		defer stop()
		begin, err := pourIn(ctx, dir, addr, mails)
		if err == nil {
			err = tally.wait(ctx)
		}
		figures = []float64{float64(mails) / tally.last.Sub(begin).Seconds()}
		return err
	})
	return figures, err
}

// pourIn sends mails by smtp-source and returns when it began.
func pourIn(ctx context.Context, dir, addr string, mails int) (begin time.Time, err error) {
	file := filepath.Join(dir, "mail.eml")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(mailText, "\r\n", "\n")), 0o644); err != nil {
		return begin, err
	}
	cmd := exec.CommandContext(ctx, find("smtp-source"), "-4", "-d", "-s", strconv.Itoa(min(clients, mails)), "-m", strconv.Itoa(mails),
		"-M", "localhost", "-f", sender, "-t", recipient, "-F", file, addr)
	begin = time.Now()
	if said, err := cmd.CombinedOutput(); err != nil {
		return begin, fmt.Errorf("smtp-source: %w: %s", err, bytes.TrimSpace(said))
	}
	return begin, nil
}

// startPostfix starts a Postfix whose settings, queue and log are in the folder.
func startPostfix(dir, next string) (addr string, stop func(), err error) {
	if addr, err = freeAddr(); err != nil {
		return "", nil, err
	}
	if err := errors.Join(makeFolders(dir), configurePostfix(dir, addr, next)); err != nil {
		return "", nil, err
	}
	daemons, err := exec.Command(find("postconf"), "-dh", "daemon_directory").Output()
	if err != nil {
		return "", nil, err
	}
	cmd := exec.Command(filepath.Join(strings.TrimSpace(string(daemons)), "master"), "-c", dir, "-d")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	said, err := os.Create(filepath.Join(dir, "said")) // a pipe would be held open by its children
	if err != nil {
		return "", nil, err
	}
	defer said.Close()
	cmd.Stderr = said
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	watch, err := watchGroup(cmd.Process.Pid)
	if err != nil {
		return "", nil, errors.Join(err, cmd.Process.Kill())
	}
	ended := make(chan struct{})
	go func() {
		cmd.Wait()
		close(ended)
	}()
	stop = func() {
		watch()
		<-ended
	}
	if err := answers(addr, ended); err != nil {
		stop()
		words, _ := os.ReadFile(said.Name())
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		return "", nil, fmt.Errorf("cannot start Postfix: %w: %s%s", err, words, log)
	}
	return addr, stop, nil
}

// watchGroup returns how to kill a group of processes, which also happens when
// this process ends.
func watchGroup(group int) (kill func(), err error) {
	watch := exec.Command("sh", "-c", fmt.Sprintf("read _; kill -KILL -%d", group))
	watch.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // spared by an interrupt from the keyboard
	pipe, err := watch.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := watch.Start(); err != nil {
		return nil, err
	}
	return func() {
		pipe.Close()
		watch.Wait()
	}, nil
}

// makeFolders does what Postfix's own scripts do when it is installed.
func makeFolders(dir string) error {
	account, err := user.Lookup("postfix")
	if err != nil {
		return err
	}
	postdrop, err := user.LookupGroup("postdrop")
	if err != nil {
		return err
	}
	uid, _ := strconv.Atoi(account.Uid)
	gid, _ := strconv.Atoi(postdrop.Gid)
	errs := []error{os.Chmod(dir, 0o755)}
	for _, folders := range []struct {
		names string
		mode  os.FileMode
		uid   int
		gid   int
	}{
		{"queue queue/pid", 0o755, 0, 0},
		{"data queue/active queue/bounce queue/corrupt queue/defer queue/deferred queue/flush queue/hold " +
			"queue/incoming queue/private queue/saved queue/trace", 0o700, uid, 0},
		{"queue/maildrop", 0o730, uid, gid},
		{"queue/public", 0o710, uid, gid},
	} {
		for name := range strings.FieldsSeq(folders.names) {
			path := filepath.Join(dir, name)
			errs = append(errs, os.Mkdir(path, 0o700), os.Chmod(path, folders.mode), os.Chown(path, folders.uid, folders.gid))
		}
	}
	return errors.Join(errs...)
}
