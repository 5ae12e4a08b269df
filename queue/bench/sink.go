package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
)

// sinkRelay is Postfix's smtp-sink, in a process of its own.
var sinkRelay = relay{"smtp-sink", startSink}

func startSink(count func(int)) (*server, error) {
	var err error
	for range 3 { // the port may be taken by another before smtp-sink has it
		var s *server
		if s, err = trySink(count); err == nil {
			return s, nil
		}
	}
	return nil, err
}

func trySink(count func(int)) (*server, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	args := []string{"-c"} // for everybody, for it costs time
	if os.Getuid() == 0 {
		args = append(args, "-u", "nobody") // it refuses to run as root
	}
	cmd := exec.Command(find("smtp-sink"), append(args, "-m", "1000", addr, "1000")...)
	var said bytes.Buffer
	cmd.Stderr = &said
	counters, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	go func() {
		readCounters(counters, count)
		cmd.Wait()
		close(ended)
	}()
	stop := sync.OnceFunc(func() {
		cmd.Process.Kill()
		<-ended
	})
	if err := answers(addr, ended); err != nil {
		stop()
		return nil, fmt.Errorf("smtp-sink: %w: %s", err, bytes.TrimSpace(said.Bytes()))
	}
	return &server{addr, stop}, nil
}

// readCounters reads lines such as "sess=2 quit=1 mesg=10", which end in CR.
func readCounters(r io.Reader, count func(int)) {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\r')
		if err != nil {
			return
		}
		_, mails, _ := strings.Cut(line, "mesg=")
		if n, err := strconv.Atoi(strings.TrimSpace(mails)); err == nil && count != nil {
			count(n)
		}
	}
}
