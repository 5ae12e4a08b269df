package txn_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/txn"
)

// echo takes the connection over and says what it was told.
func echo(w http.ResponseWriter) error {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return err
	}
	defer conn.Close()
	fmt.Fprint(buffered, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
	err = buffered.Flush()
	line, broken := buffered.ReadString('\n')
	fmt.Fprint(buffered, line)
	return errors.Join(err, broken, buffered.Flush())
}

// converse asks for an upgrade and returns the status and what the server says then.
func converse(t *testing.T, site *httptest.Server) (int, string) {
	t.Helper()
	conn, err := net.Dial("tcp", site.Listener.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x.example\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
	reader := bufio.NewReader(conn)
	resp, err := http.ReadResponse(reader, nil)
	require.NoError(t, err)
	if resp.StatusCode == http.StatusSwitchingProtocols {
		fmt.Fprint(conn, "hello\n")
		line, err := reader.ReadString('\n')
		require.NoError(t, err)
		return resp.StatusCode, line
	}
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(body)
}

func TestHijackCommitsFirst(t *testing.T) {
	full := errors.New("disk full")
	for _, tt := range []struct {
		name   string
		fail   error
		status int
		says   string
		mail   string
	}{
		{"committed", nil, 101, "hello\n", "m"},
		{"the commit fails", full, 500, "Internal Server Error\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &committer{fail: tt.fail}
			site := serve(t, txn.Config{}, c, func(w http.ResponseWriter, r *http.Request) {
				add(t, r)
				if err := echo(w); !errors.Is(err, tt.fail) {
					t.Errorf("Hijack returned %v", err)
				}
				if c.calls != 1 {
					t.Error("the connection was handed over before the commit")
				}
				if _, err := w.Write([]byte("x")); tt.fail == nil && err != http.ErrHijacked || err == nil {
					t.Errorf("Write returned %v", err)
				}
			})
			status, says := converse(t, site)
			require.Equal(t, tt.status, status)
			require.Equal(t, tt.says, says)
			require.Equal(t, tt.mail, c.subjects())
		})
	}
}

// What was written before leaves first, and decides by its status.
func TestHijackOfAPageThatWasBegun(t *testing.T) {
	for status, want := range map[int]string{200: "m", 404: ""} {
		c := &committer{}
		site := serve(t, txn.Config{}, c, func(w http.ResponseWriter, r *http.Request) {
			add(t, r)
			w.Header().Set("Content-Length", "10")
			w.WriteHeader(status)
			write(w, "hello")
			conn, buffered, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			write(buffered, "there")
			_ = buffered.Flush()
		})
		resp, body := get(t, site)
		require.Equal(t, status, resp.StatusCode)
		require.Equal(t, "hellothere", body)
		require.Equal(t, want, c.subjects())
	}
}

// Where the server has no Hijack, asking for it settles nothing.
func TestHijackThatIsNotSupported(t *testing.T) {
	c := &committer{}
	site := httptest.NewUnstartedServer(quiet.Handler(c, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		add(t, r)
		if err := echo(w); !errors.Is(err, http.ErrNotSupported) || c.calls != 0 {
			t.Errorf("Hijack returned %v after %d commits", err, c.calls)
		}
		http.Error(w, "no upgrade", http.StatusBadRequest)
	})))
	site.EnableHTTP2 = true
	site.StartTLS()
	defer site.Close()
	resp, body := get(t, site)
	require.Equal(t, 400, resp.StatusCode)
	require.Equal(t, "no upgrade\n", body)
	require.Zero(t, c.calls)
}

// A wrapper is what middleware puts around a ResponseWriter.
type wrapper struct{ http.ResponseWriter }

func (w wrapper) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func TestHijackThroughAWrapper(t *testing.T) {
	c := &committer{}
	inner := quiet.Handler(c, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		add(t, r)
		if err := echo(w); err != nil {
			t.Error(err)
		}
	}))
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { inner.ServeHTTP(wrapper{w}, r) }))
	defer site.Close()
	status, says := converse(t, site)
	require.Equal(t, 101, status)
	require.Equal(t, "hello\n", says)
	require.Equal(t, "m", c.subjects())
}

// io.Copy uses ReadFrom, which holds back what fits, and commits before the rest.
func TestReadFrom(t *testing.T) {
	for _, tt := range []struct {
		name          string
		before, bytes int
		held          bool
	}{
		{"nothing", 0, 0, true},
		{"what fits", 3, 7, true},
		{"a byte too much", 3, 8, false},
		{"far too much", 0, 100_000, false},
		{"after a page that has left", 11, 5, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &committer{}
			site := serve(t, txn.Config{MaxBuffer: 10}, c, func(w http.ResponseWriter, r *http.Request) {
				add(t, r)
				write(w, strings.Repeat("x", tt.before))
				n, err := io.Copy(w, struct{ io.Reader }{strings.NewReader(strings.Repeat("y", tt.bytes))})
				if err != nil || n != int64(tt.bytes) {
					t.Errorf("copied %d bytes: %v", n, err)
				}
				if (c.calls == 0) != tt.held {
					t.Errorf("after %d commits", c.calls)
				}
			})
			_, body := get(t, site)
			require.Equal(t, strings.Repeat("x", tt.before)+strings.Repeat("y", tt.bytes), body)
			require.Equal(t, "m", c.subjects())
		})
	}
	t.Run("the source fails", func(t *testing.T) {
		c, broken := &committer{}, errors.New("broken")
		site := serve(t, txn.Config{MaxBuffer: 10}, c, func(w http.ResponseWriter, r *http.Request) {
			add(t, r)
			_, err := io.Copy(w, io.MultiReader(strings.NewReader("12345"), brokenReader{broken}))
			if !errors.Is(err, broken) {
				t.Error(err)
			}
			http.Error(w, "sorry", 500)
		})
		resp, body := get(t, site)
		require.Equal(t, 500, resp.StatusCode)
		require.Equal(t, "sorry\n", body)
		require.Zero(t, c.calls)
	})
}

type brokenReader struct{ err error }

func (r brokenReader) Read([]byte) (int, error) { return 0, r.err }

// A handler that keeps its page too long writes into nobody else's.
func TestPageThatWasKeptTooLong(t *testing.T) {
	var kept http.ResponseWriter
	rec := httptest.NewRecorder()
	quiet.Handler(&committer{}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		kept = w
		write(w, "hello")
	})).ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
	_, err := kept.Write([]byte("late"))
	require.EqualError(t, err, "txn: the handler has returned, and its page was sent")
	_, err = kept.(io.ReaderFrom).ReadFrom(strings.NewReader("late"))
	require.Error(t, err)
	require.Error(t, http.NewResponseController(kept).Flush())
	kept.Header().Set("X-Late", "yes")
	kept.WriteHeader(500)
	require.Equal(t, "hello", rec.Body.String())
	require.NotContains(t, rec.Header(), "X-Late")
}
