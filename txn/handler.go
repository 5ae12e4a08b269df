package txn

import (
	"cmp"
	"context"
	"fmt"
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
// page leaves. The first Flush, or a page larger than MaxBuffer, does so at
// once: mail that is added afterwards is refused with [ErrDone], and a panic or a
// status of 400 or more comes too late. Until then a handler may change its mind:
// a WriteHeader of 400 or more drops what was written before it. A Commit or
// Rollback that next made itself is left as it is, whatever the status.
//
// Where the commit fails, it is logged, and the answer is a plain 500 with
// nothing of the page or its headers; what next writes from then on is refused
// with an error. A panic of next or of the Committer rolls back, writes nothing
// and goes on upwards, [http.ErrAbortHandler] as any other.
//
// A client that went away does not undo a handler that succeeded: the commit
// does not end with the request's context, but after Timeout.
//
// Informational answers (1xx) are sent at once. Of the optional interfaces of a
// ResponseWriter there is Flush only: no Hijack, no deadlines.
func (cfg Config) Handler(c Committer, next http.Handler) http.Handler {
	if cfg.MaxBuffer <= 0 {
		cfg.MaxBuffer = 1 << 20
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 30 * time.Second
	}
	cfg.Logger = cmp.Or(cfg.Logger, slog.Default())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cfg.serve(c, next, w, r)
	})
}

func (cfg Config) serve(c Committer, next http.Handler, w http.ResponseWriter, r *http.Request) {
	tx := cfg.Begin(c)
	// Not recovered: a panic goes on upwards with its own stack.
	defer tx.Rollback()
	r = r.WithContext(NewContext(r.Context(), tx))
	p := &page{
		w:      w,
		header: w.Header().Clone(),
		max:    cfg.MaxBuffer,
		settle: func(status int) error { return cfg.settle(tx, r, status) },
	}
	next.ServeHTTP(p, r)
	_ = p.release() // a client that does not read its page is nobody's error
}

// settle ends the transaction as the status of the page asks, unless the
// handler has ended it.
func (cfg Config) settle(tx *Txn, r *http.Request, status int) error {
	if tx.done() {
		return nil
	}
	if status >= http.StatusBadRequest {
		if cause := tx.doomed(); cause != nil {
			cfg.Logger.ErrorContext(r.Context(), "txn: a page failed, and its mail was rolled back",
				"method", r.Method, "pattern", r.Pattern, "status", status, "error", cause)
		}
		_ = tx.Rollback()
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), cfg.Timeout)
	defer cancel()
	err := tx.Commit(ctx)
	if err != nil {
		err = fmt.Errorf("txn: the page was not sent: %w", err)
		cfg.Logger.ErrorContext(ctx, "txn: commit failed",
			"method", r.Method, "pattern", r.Pattern, "error", err)
	}
	return err
}
