package txn

import (
	"cmp"
	"log/slog"
	"net/http"
	"time"
)

// Config holds the options of Handler, and of Begin and Run, which use the limits
// only. The zero value is ready to use.
type Config struct {
	MaxMails      int // of a transaction; 0 or less: 10,000
	MaxRecipients int // of a transaction's mails together; 0 or less: 100,000
	MaxBytes      int // of a transaction's mails together; 0 or less: 256 MiB

	MaxBuffer int           // bytes of a page held back until its mail is committed; 0 or less: 1 MiB
	Timeout   time.Duration // for the commit; 0 or less: 30 s
	Logger    *slog.Logger  // told of commits and pages that failed; nil: slog.Default()
}

// Handler is Config.Handler with the zero Config.
func Handler(c Committer, next http.Handler) http.Handler {
	return Config{}.Handler(c, next)
}

// Handler returns a handler that serves each request with next and a
// transaction of its own, which [FromContext] finds in the request's context.
//
// The page is held back. When next has returned, the transaction is committed
// where the status is below 400 and rolled back where it is not, and then the
// page leaves. Until then a handler may change its mind: a WriteHeader of 400 or more
// drops what was written before it. A Commit or Rollback that next made itself is left
// as it is, whatever the status.
//
// Where the commit fails, it is logged, and the answer is a plain 500 with
// nothing of the page, its headers or trailers; what next writes from then on is
// refused with an error. A panic of next or of the Committer rolls back, writes
// nothing and goes on upwards, [http.ErrAbortHandler] as any other.
//
// A client that went away does not undo a handler that succeeded: the commit
// does not end with the request's context, but after Timeout.
//
// # Pages that stream
//
// The first Flush, or a page larger than MaxBuffer, lets out what is held back at once,
// and commits first: mail that is added afterwards is refused with [ErrDone], and a
// panic or a status of 400 or more comes too late. So a handler of Server-Sent Events
// adds its mail before its first Flush, or uses [Run] for each later one. Where that
// commit fails, the 500 leaves, and Flush (that of [http.ResponseController]) and Write
// return why.
//
// Of what a ResponseWriter may do besides, and http.ResponseController asks for:
//
//   - Informational answers (1xx) leave at once, and settle nothing.
//   - ReadFrom, and so io.Copy and [http.ServeContent], hold back what fits. Their 206
//     and 304 commit; their 412 and 416 roll back, as any status of 400 or more.
//   - Hijack commits, then hands the connection over; where the commit fails, it
//     returns the error, and the answer is the 500. HTTP/2 has no Hijack: nothing is
//     committed by asking for it.
//   - SetReadDeadline, SetWriteDeadline and EnableFullDuplex are the server's. A page
//     that is held back is read by nobody yet: with full duplex, Flush.
//   - Trailers may be set until next returns, headers until the page leaves.
//   - There is no Unwrap, no Push and no CloseNotify.
//
// # Beside other handlers
//
// Put [http.TimeoutHandler] inside of Handler: its 503 rolls back, and what its
// handler adds later is refused. Around Handler it sends its 503 while the handler
// goes on, and commits its mail if that succeeds. What compresses, logs or sets cookies
// goes around; [net/http/httputil.ReverseProxy] works inside: it flushes an answer
// with trailers or of unknown length, if FlushInterval says so, and hijacks for a
// WebSocket.
func (cfg Config) Handler(c Committer, next http.Handler) http.Handler {
	if cfg.MaxBuffer <= 0 {
		cfg.MaxBuffer = 1 << 20
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 30 * time.Second
	}
	cfg.Logger = cmp.Or(cfg.Logger, slog.Default())
	most := cfg.limits()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := newPage(&cfg, most, c, w, r)
		// Not recovered: a panic goes on upwards with its own stack.
		defer p.end()
		next.ServeHTTP(p, p.r)
		_ = p.release() // a client that does not read its page is nobody's error
	})
}
