package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"sync"
	"time"
)

func sinkPath() string { return find("smtp-sink") }

// sinkRelay is Postfix's smtp-sink, in a process of its own. It knows
// PIPELINING, and no CHUNKING.
var sinkRelay = relay{name: "smtp-sink", start: startSink}

func startSink() (*server, error) {
	if sinkPath() == "" {
		return nil, errors.New("it is not installed: it is in Debian's package postfix")
	}
	var args []string
	if os.Getuid() == 0 {
		args = append(args, "-u", "nobody") // it refuses to run as root
	}
	var err error
	for range 3 { // the port may be taken by another before smtp-sink has it
		var s *server
		if s, err = trySink(args); err == nil {
			return s, nil
		}
	}
	return nil, err
}

func trySink(args []string) (*server, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	var said bytes.Buffer
	cmd := exec.Command(sinkPath(), append(args, addr, "128")...)
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	go func() {
		cmd.Wait()
		close(ended)
	}()
	stop := sync.OnceFunc(func() {
		cmd.Process.Kill()
		<-ended
	})
	if err := answers(addr, ended); err != nil {
		stop()
		return nil, fmt.Errorf("%w: %s", err, bytes.TrimSpace(said.Bytes()))
	}
	return &server{addr: addr, stop: stop}, nil
}

// freeAddr returns an address that nothing listened at a moment ago.
func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// answers waits until something listens at addr.
func answers(addr string, ended <-chan struct{}) error {
	late := time.After(10 * time.Second)
	for {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			return c.Close()
		}
		select {
		case <-ended:
			return errors.New("it ended")
		case <-late:
			return err
		case <-time.After(10 * time.Millisecond):
		}
	}
}
