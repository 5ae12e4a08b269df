package main

import (
	"context"
	"io"
	"log/slog"
	"strings"
)

// newLog returns a logger of what an operator should look at, and of routes
// that are up again, lest "down" be the last word on a terminal.
func newLog(w io.Writer) *slog.Logger {
	return slog.New(quiet{slog.NewTextHandler(w, nil)})
}

// quiet drops what is below a warning and not about a route.
type quiet struct{ slog.Handler }

func (q quiet) Handle(ctx context.Context, r slog.Record) error {
	if r.Level < slog.LevelWarn && !strings.HasPrefix(r.Message, "queue: route ") {
		return nil
	}
	return q.Handler.Handle(ctx, r)
}

func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(attrs)} }

func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.Handler.WithGroup(name)} }
