package main

import (
	"bytes"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLogTellsFaultsAndTheirEnd(t *testing.T) {
	for _, test := range []struct {
		level   slog.Level
		message string
		told    bool
	}{
		{slog.LevelError, "a page failed", true},
		{slog.LevelWarn, "queue: route down", true},
		{slog.LevelInfo, "queue: route up", true},
		{slog.LevelInfo, "queue: delivered", false},
		{slog.LevelInfo, "the route", false},
		{slog.LevelDebug, "queue: route up", false},
	} {
		for name, derive := range map[string]func(*slog.Logger) *slog.Logger{
			"itself":          func(log *slog.Logger) *slog.Logger { return log },
			"with attributes": func(log *slog.Logger) *slog.Logger { return log.With("a", 1) },
			"with a group":    func(log *slog.Logger) *slog.Logger { return log.WithGroup("g") },
		} {
			var text bytes.Buffer
			derive(newLog(&text)).Log(t.Context(), test.level, test.message)
			require.Equal(t, test.told, text.Len() > 0, "%s: %v %s", name, test.level, test.message)
		}
	}
}
