package preview

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHosts(t *testing.T) {
	set := parse(t, map[string]string{"note.html": note})
	for _, tt := range []struct {
		host   string
		status int
	}{
		{"localhost", http.StatusOK},
		{"localhost:8080", http.StatusOK},
		{"LOCALHOST", http.StatusOK},
		{"shop.localhost:80", http.StatusOK},
		{"127.0.0.1:8080", http.StatusOK},
		{"127.9.9.9", http.StatusOK},
		{"[::1]:8080", http.StatusOK},
		{"[::1]", http.StatusOK},
		{"[::ffff:127.0.0.1]", http.StatusOK},
		{"staging.acme.example", http.StatusOK},
		{"Staging.Acme.Example:443", http.StatusOK},
		{"[2001:db8::7]:80", http.StatusOK},
		{"", http.StatusForbidden},
		{"evil.example", http.StatusForbidden},
		{"evil.example:8080", http.StatusForbidden},
		{"localhost.evil.example", http.StatusForbidden},
		{"notlocalhost", http.StatusForbidden},
		{"127.0.0.1.evil.example", http.StatusForbidden},
		{"x.staging.acme.example", http.StatusForbidden},
		{"192.168.1.7", http.StatusForbidden},
		{"0.0.0.0", http.StatusForbidden},
		{"[2001:db8::8]", http.StatusForbidden},
	} {
		t.Run(tt.host, func(t *testing.T) {
			h := open(t, set, Config{Hosts: []string{"staging.acme.example", "[2001:db8::7]", ""}})
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.Host = tt.host
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			require.Equal(t, tt.status, w.Code)
			if tt.status == http.StatusForbidden {
				require.Contains(t, w.Body.String(), "Hosts: []string{")
				require.NotContains(t, w.Body.String(), "note.html")
			}
		})
	}
}
