package txn_test

import (
	"bufio"
	"errors"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/txn"
)

// overBoth tests a handler over HTTP/1.1 and HTTP/2.
func overBoth(t *testing.T, test func(t *testing.T, start func(h http.Handler) *httptest.Server)) {
	for _, proto := range []string{"HTTP/1.1", "HTTP/2.0"} {
		t.Run(proto, func(t *testing.T) {
			test(t, func(h http.Handler) *httptest.Server {
				site := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Proto != proto {
						t.Errorf("the request is %s", r.Proto)
					}
					h.ServeHTTP(w, r)
				}))
				site.Config.ErrorLog = log.New(io.Discard, "", 0)
				if site.EnableHTTP2 = proto == "HTTP/2.0"; site.EnableHTTP2 {
					site.StartTLS()
				} else {
					site.Start()
				}
				t.Cleanup(site.Close)
				return site
			})
		})
	}
}

var quiet = txn.Config{Logger: slog.New(slog.DiscardHandler)}

func do(t *testing.T, site *httptest.Server, method string, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, site.URL, nil)
	require.NoError(t, err)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := site.Client().Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp, string(body)
}

// ServeContent's answers are what they are without Handler, held back or not, and their
// status decides on the mail.
func TestServeContent(t *testing.T) {
	content := strings.Repeat("0123456789", 10_000)
	const modified = "Wed, 25 Nov 2026 14:00:00 GMT"
	for _, tt := range []struct {
		name, method string
		header       []string
		status       int
		mail         string
	}{
		{"whole", "GET", nil, 200, "m"},
		{"HEAD", "HEAD", nil, 200, "m"},
		{"a range", "GET", []string{"Range", "bytes=10-99000"}, 206, "m"},
		{"two ranges", "GET", []string{"Range", "bytes=0-9,20-29"}, 206, "m"},
		{"not modified", "GET", []string{"If-Modified-Since", modified}, 304, "m"},
		{"a range that is not there", "GET", []string{"Range", "bytes=1000000-"}, 416, ""},
		{"a condition that does not hold", "GET", []string{"If-Unmodified-Since", "Wed, 25 Nov 2020 14:00:00 GMT"}, 412, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			overBoth(t, func(t *testing.T, start func(http.Handler) *httptest.Server) {
				for _, most := range []int{1 << 20, 1000} {
					c := &committer{}
					serve := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						at, err := http.ParseTime(modified)
						if err != nil {
							t.Error(err)
						}
						http.ServeContent(w, r, "a.txt", at, strings.NewReader(content))
					})
					cfg := quiet
					cfg.MaxBuffer = most
					wrapped, body := do(t, start(cfg.Handler(c, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						add(t, r)
						serve(w, r)
					}))), tt.method, tt.header...)
					bare, want := do(t, start(serve), tt.method, tt.header...)
					require.Equal(t, tt.status, wrapped.StatusCode)
					require.Equal(t, bare.ContentLength, wrapped.ContentLength)
					if tt.name == "two ranges" { // the boundary is random
						require.Len(t, body, len(want))
						wrapped.Header.Del("Content-Type")
						bare.Header.Del("Content-Type")
					} else {
						require.Equal(t, want, body)
					}
					wrapped.Header.Del("Date")
					bare.Header.Del("Date")
					require.Equal(t, bare.Header, wrapped.Header)
					require.Equal(t, tt.mail, c.subjects())
				}
			})
		})
	}
}

// Each event leaves as it is flushed, after the mail was committed.
func TestServerSentEvents(t *testing.T) {
	overBoth(t, func(t *testing.T, start func(http.Handler) *httptest.Server) {
		c, seen := &committer{}, make(chan bool)
		site := start(quiet.Handler(c, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			add(t, r)
			w.Header().Set("Content-Type", "text/event-stream")
			for range 3 {
				write(w, "data: tick\n\n")
				if err := http.NewResponseController(w).Flush(); err != nil {
					t.Error(err)
				}
				if c.calls != 1 {
					t.Error("an event left before the commit")
				}
				<-seen
			}
			if err := txn.FromContext(r.Context()).Add(mail("late")); !errors.Is(err, txn.ErrDone) {
				t.Errorf("mail was taken too late: %v", err)
			}
		})))
		resp, err := site.Client().Get(site.URL)
		require.NoError(t, err)
		defer resp.Body.Close()
		require.Equal(t, "text/event-stream", resp.Header.Get("Content-Type"))
		events := bufio.NewReader(resp.Body)
		for range 3 {
			line, err := events.ReadString('\n')
			require.NoError(t, err)
			require.Equal(t, "data: tick\n", line)
			_, err = events.ReadString('\n')
			require.NoError(t, err)
			seen <- true
		}
		_, err = events.ReadByte()
		require.ErrorIs(t, err, io.EOF)
		require.Equal(t, "m", c.subjects())
	})
}

// Trailers, declared and not, of a page that was held back or flushed.
func TestTrailers(t *testing.T) {
	for _, flush := range []bool{false, true} {
		overBoth(t, func(t *testing.T, start func(http.Handler) *httptest.Server) {
			page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Trailer", "x-sum, X-Unset")
				write(w, "hello")
				if flush {
					w.(http.Flusher).Flush()
				}
				w.Header().Set("X-Sum", "7")
				w.Header().Set(http.TrailerPrefix+"X-Late", "8")
			})
			resp, body := do(t, start(quiet.Handler(&committer{}, page)), "GET")
			require.Equal(t, "hello", body)
			require.NotContains(t, resp.Header, "X-Sum")
			require.Equal(t, "7", resp.Trailer.Get("X-Sum"))
			require.Equal(t, "8", resp.Trailer.Get("X-Late"))
		})
	}
}

// Nothing of a page whose commit failed is seen, not even trailers that are set
// afterwards by a header map that the handler had kept.
func TestFailedCommitShowsNothing(t *testing.T) {
	for _, flush := range []bool{false, true} {
		overBoth(t, func(t *testing.T, start func(http.Handler) *httptest.Server) {
			c := &committer{fail: errors.New("disk full")}
			site := start(quiet.Handler(c, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				add(t, r)
				header := w.Header()
				header.Set("Trailer", "X-Sum")
				header.Set("Content-Type", "application/secret")
				header.Set("Content-Length", "8")
				http.SetCookie(w, &http.Cookie{Name: "session", Value: "secret"})
				w.WriteHeader(201)
				write(w, "a secret")
				if flush {
					if err := http.NewResponseController(w).Flush(); !errors.Is(err, c.fail) {
						t.Errorf("Flush returned %v", err)
					}
				}
				for _, h := range []http.Header{header, w.Header()} {
					h.Set("X-Sum", "secret")
					h.Set(http.TrailerPrefix+"X-Late", "secret")
				}
			})))
			resp, body := do(t, site, "GET")
			require.Equal(t, 500, resp.StatusCode)
			require.Equal(t, "Internal Server Error\n", body)
			require.Empty(t, resp.Trailer)
			resp.Header.Del("Date")
			require.Equal(t, http.Header{
				"Content-Type": {"text/plain; charset=utf-8"}, "X-Content-Type-Options": {"nosniff"}, "Content-Length": {"22"},
			}, resp.Header)
		})
	}
}

// A HEAD has the length of the page, and a body where none may be is refused at once.
func TestPagesWithoutABody(t *testing.T) {
	overBoth(t, func(t *testing.T, start func(http.Handler) *httptest.Server) {
		c := &committer{}
		site := start(quiet.Handler(c, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			add(t, r)
			if r.Method == "HEAD" {
				write(w, "hello")
				return
			}
			w.WriteHeader(http.StatusNoContent)
			if _, err := w.Write([]byte("x")); err != http.ErrBodyNotAllowed {
				t.Errorf("Write returned %v", err)
			}
		})))
		resp, body := do(t, site, "HEAD")
		require.Equal(t, int64(5), resp.ContentLength)
		require.Empty(t, body)
		resp, body = do(t, site, "GET")
		require.Equal(t, 204, resp.StatusCode)
		require.Empty(t, body)
		require.Equal(t, 2, c.calls)
	})
}

// Deadlines and full duplex are the server's, and settle nothing.
func TestResponseController(t *testing.T) {
	overBoth(t, func(t *testing.T, start func(http.Handler) *httptest.Server) {
		c := &committer{}
		site := start(quiet.Handler(c, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			add(t, r)
			control := http.NewResponseController(w)
			var err error
			if r.ProtoMajor == 1 { // HTTP/2 is always so, and says that it cannot
				err = control.EnableFullDuplex()
			}
			err = errors.Join(err, control.SetWriteDeadline(time.Now().Add(time.Hour)), control.SetReadDeadline(time.Now().Add(-time.Second)))
			if _, late := r.Body.Read(make([]byte, 1)); late == nil || late == io.EOF {
				err = errors.Join(err, errors.New("the deadline was not set"))
			}
			if err != nil || c.calls != 0 {
				t.Error(err, c.calls)
			}
		})))
		req, err := http.NewRequestWithContext(t.Context(), "POST", site.URL, io.NopCloser(neverRead{t.Context().Done()}))
		require.NoError(t, err)
		resp, err := site.Client().Do(req)
		if err == nil { // else the server has closed the connection on what it did not read
			resp.Body.Close()
		}
		require.Equal(t, "m", c.subjects())
	})
}

// A neverRead is a request's body that does not come.
type neverRead struct{ done <-chan struct{} }

func (r neverRead) Read([]byte) (int, error) {
	<-r.done
	return 0, io.EOF
}
