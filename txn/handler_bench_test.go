package txn_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/go-mailhost/mailhost/txn"
)

// A sink is a ResponseWriter that costs nothing.
type sink struct{ header http.Header }

func (s sink) Header() http.Header         { return s.header }
func (s sink) WriteHeader(int)             {}
func (s sink) Write(b []byte) (int, error) { return len(b), nil }

var pageOf4KB = make([]byte, 4<<10)

func plainPage(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(pageOf4KB)
}

// BenchmarkHandler shows what Handler costs a page without mail: the difference
// between bare and wrapped.
func BenchmarkHandler(b *testing.B) {
	for _, bm := range []struct {
		name    string
		handler http.Handler
	}{
		{"bare", http.HandlerFunc(plainPage)},
		{"wrapped", txn.Handler(&committer{}, http.HandlerFunc(plainPage))},
	} {
		b.Run(bm.name, func(b *testing.B) {
			r := httptest.NewRequest("GET", "/", nil)
			w := sink{http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				bm.handler.ServeHTTP(w, r)
			}
		})
	}
}

// BenchmarkHandlerServed is the same over a connection on loopback.
func BenchmarkHandlerServed(b *testing.B) {
	for _, bm := range []struct {
		name    string
		handler http.Handler
	}{
		{"bare", http.HandlerFunc(plainPage)},
		{"wrapped", txn.Handler(&committer{}, http.HandlerFunc(plainPage))},
	} {
		b.Run(bm.name, func(b *testing.B) {
			site := httptest.NewServer(bm.handler)
			defer site.Close()
			b.ReportAllocs()
			for b.Loop() {
				resp, err := site.Client().Get(site.URL)
				if err != nil {
					b.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
			}
		})
	}
}

// What a page without mail may cost: DESIGN is 5 allocations.
func TestHandlerAllocations(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	count := func(h http.Handler) float64 {
		w := sink{http.Header{}}
		return testing.AllocsPerRun(1000, func() {
			clear(w.header)
			h.ServeHTTP(w, r)
		})
	}
	bare := count(http.HandlerFunc(plainPage))
	wrapped := count(txn.Handler(&committer{}, http.HandlerFunc(plainPage)))
	if wrapped-bare > 5 && !raceDetector {
		t.Errorf("%v allocations more than the %v of the bare handler", wrapped-bare, bare)
	}
}
