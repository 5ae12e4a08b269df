package preview

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// elsewhere is all of the world that is not the preview: evil.test. It counts what
// comes.
type elsewhere struct {
	connections, requests atomic.Int64
	rules                 string // for Chromium: where evil.test is
}

func startElsewhere(t testing.TB) *elsewhere {
	e := &elsewhere{}
	plain, secure := e.server(t), e.server(t)
	plain.Start()
	secure.StartTLS()
	e.rules = "MAP evil.test:80 " + plain.Listener.Addr().String() + ", MAP evil.test:443 " + secure.Listener.Addr().String() +
		", MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
	return e
}

func (e *elsewhere) server(t testing.TB) *httptest.Server {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { e.requests.Add(1) }))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // a connection that was opened in vain
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			e.connections.Add(1)
		}
	}
	t.Cleanup(s.Close)
	return s
}

// took returns what came since it was asked last.
func (e *elsewhere) took() []string {
	connections, requests := e.connections.Swap(0), e.requests.Swap(0)
	switch {
	case requests > 0:
		return []string{"asked elsewhere"}
	case connections > 0:
		return []string{"connected elsewhere"}
	}
	return nil
}
