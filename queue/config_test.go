package queue

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestConfigDefaults(t *testing.T) {
	got, err := Config{}.checked()
	require.NoError(t, err)
	require.Equal(t, Config{
		Interval: 5 * time.Second, Senders: 4, Defer: 5 * time.Minute, Lifetime: 48 * time.Hour,
		Lease: time.Minute, RetryMin: time.Minute, RetryMax: time.Hour, Logger: slog.Default(),
		KeepSent: 7 * 24 * time.Hour, KeepBodies: 24 * time.Hour, KeepFailed: 30 * 24 * time.Hour, KeepKeys: 7 * 24 * time.Hour,
		KeepAudit: 90 * 24 * time.Hour,
	}, got)
}

func TestConfigKeepsWhatIsSet(t *testing.T) {
	cfg := Config{
		Interval: time.Millisecond, Senders: 1, Defer: 2, Lifetime: 3, Lease: time.Second, RetryMin: 5, RetryMax: 6,
		KeepSent: -1, KeepBodies: -1, KeepFailed: 7, KeepKeys: 8, KeepAudit: 9, Undeliverable: Delete,
		Logger: slog.New(slog.DiscardHandler),
	}
	got, err := cfg.checked()
	require.NoError(t, err)
	require.Equal(t, cfg, got)

	got, err = Config{RetryMin: 3 * time.Hour}.checked()
	require.NoError(t, err)
	require.Equal(t, 3*time.Hour, got.RetryMax)
}

func TestConfigMistakes(t *testing.T) {
	for want, cfg := range map[string]Config{
		"Config.Interval is 999ns: use at least 1ms":      {Interval: 999},
		"Config.Interval is -1s":                          {Interval: -time.Second},
		"Config.Senders is -1":                            {Senders: -1},
		"Config.Defer is":                                 {Defer: -1},
		"Config.Lifetime is":                              {Lifetime: -1},
		"Config.Lease is":                                 {Lease: -1},
		"Config.RetryMin is":                              {RetryMin: -1},
		"Config.RetryMax is -1":                           {RetryMax: -1},
		"Config.KeepFailed is -1":                         {KeepFailed: -1},
		"Config.KeepKeys is -1":                           {KeepKeys: -1},
		"Config.Undeliverable is 2: use Keep or Delete":   {Undeliverable: 2},
		"Config.RetryMax is shorter than Config.RetryMin": {RetryMin: 2, RetryMax: 1},
	} {
		q, err := Open(Memory(), nil, cfg)
		require.ErrorContains(t, err, want)
		require.Nil(t, q)
	}
}
