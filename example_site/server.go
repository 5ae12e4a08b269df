package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// listen takes the address that was asked for. Where none was, and the default
// one is taken, any port does, so that a second process needs no flags.
func listen(opts options) (net.Listener, error) {
	listener, err := net.Listen("tcp", opts.addr)
	if err != nil && !opts.addrGiven {
		listener, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		return nil, fmt.Errorf("cannot serve at %s: %w; choose another with -addr", opts.addr, err)
	}
	return listener, nil
}

// address returns where a browser on this machine finds the shop.
func address(listener net.Listener) string {
	addr := listener.Addr().(*net.TCPAddr)
	if addr.IP.IsUnspecified() {
		return fmt.Sprintf("http://localhost:%d/", addr.Port)
	}
	return fmt.Sprintf("http://%s/", addr)
}

func newServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      time.Minute, // longer than a commit may take
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// shutDown ends the requests at work before the queue, which they need, and
// gives up after ten seconds.
func shutDown(server *http.Server, s *site) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	pages, cancelPages := context.WithTimeout(ctx, 3*time.Second)
	defer cancelPages()
	err := server.Shutdown(pages)
	if errors.Is(err, context.DeadlineExceeded) {
		// A browser may hold a connection open on which it asks nothing.
		err = server.Close()
	}
	return errors.Join(err, s.close(ctx))
}
