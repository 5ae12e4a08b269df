package manage

import (
	"net/http"
	"sync"
)

// endings gives for each server that serves these pages a channel that is closed when
// it shuts down: it would wait for the streams, which do not end by themselves.
type endings struct {
	mu sync.Mutex
	of map[*http.Server]chan struct{}
}

// ending returns the channel of the request's server; nil, which is never closed, where
// that is not known.
func (e *endings) ending(r *http.Request) <-chan struct{} {
	server, ok := r.Context().Value(http.ServerContextKey).(*http.Server)
	if !ok {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.of == nil {
		e.of = map[*http.Server]chan struct{}{}
	}
	if e.of[server] == nil {
		end := make(chan struct{})
		e.of[server] = end
		server.RegisterOnShutdown(sync.OnceFunc(func() { close(end) }))
	}
	return e.of[server]
}
