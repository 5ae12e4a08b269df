package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestQueuesAreForThisMachineOnly(t *testing.T) {
	s, _ := openShop(t, options{})
	for _, test := range []struct {
		name, client, host string
		want               int
	}{
		{"loopback", "127.0.0.1:5000", "127.0.0.1:8025", 200},
		{"IPv6 loopback", "[::1]:5000", "[::1]:8025", 200},
		{"IPv4 in IPv6", "[::ffff:127.0.0.1]:5000", "127.0.0.1:8025", 200},
		{"by name", "127.0.0.1:5000", "localhost:8025", 200},
		{"by name at port 80", "127.0.0.1:5000", "localhost", 200},
		{"another machine", "192.0.2.1:5000", "192.0.2.2:8025", 403},
		{"another machine that says it is here", "192.0.2.1:5000", "localhost:8025", 403},
		{"a name that was made to mean this machine", "127.0.0.1:5000", "evil.example:8025", 403},
		{"a name that begins like ours", "127.0.0.1:5000", "localhost.evil.example", 403},
		{"no address", "@", "localhost:8025", 403},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, path := range []string{"/queues", "/queues/sent", "/queues/mail/0000"} {
				want := test.want
				if want == 200 && path == "/queues/mail/0000" {
					want = http.StatusNotFound
				}
				r := httptest.NewRequest(http.MethodGet, path, nil)
				r.RemoteAddr, r.Host = test.client, test.host
				w := httptest.NewRecorder()
				s.handler().ServeHTTP(w, r)
				require.Equal(t, want, w.Code, path)
			}
		})
	}
}
