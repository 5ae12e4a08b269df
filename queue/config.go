package queue

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Config holds the options of Open. The zero value is ready to use; negative
// values are errors.
type Config struct {
	Interval time.Duration // of the mailer's tick; 0: 5 s
	Senders  int           // batches sent side by side, one kept for Immediate mail where there are two or more; 0: 4
	Defer    time.Duration // how long Bulk mail without NotBefore waits; 0: 5 min
	Lifetime time.Duration // from NotBefore until a mail without Expires expires; 0: 2 days
	Lease    time.Duration // after which another process takes over from one that died, at least 1 s; 0: 1 min
	RetryMin time.Duration // wait after the first attempt, doubled after each further one; 0: 1 min
	RetryMax time.Duration // longest wait between attempts; 0: 1 h, or RetryMin where that is longer
	Logger   *slog.Logger  // a line for each outcome and fault, never of contents; nil: slog.Default()
}

const minLease = time.Second

// checked returns the Config with its defaults filled in.
func (cfg Config) checked() (Config, error) {
	for _, d := range []struct {
		name   string
		value  *time.Duration
		preset time.Duration
	}{
		{"Interval", &cfg.Interval, 5 * time.Second},
		{"Defer", &cfg.Defer, 5 * time.Minute},
		{"Lifetime", &cfg.Lifetime, 48 * time.Hour},
		{"Lease", &cfg.Lease, time.Minute},
		{"RetryMin", &cfg.RetryMin, time.Minute},
		{"RetryMax", &cfg.RetryMax, max(time.Hour, cfg.RetryMin)},
	} {
		if *d.value < 0 {
			return cfg, fmt.Errorf("queue: Config.%s is %v: use a positive duration, or 0 for %v", d.name, *d.value, d.preset)
		}
		*d.value = cmp.Or(*d.value, d.preset)
	}
	if cfg.Lease < minLease {
		return cfg, fmt.Errorf("queue: Config.Lease is %v: use at least %v, or mail is sent twice whenever the machine is slow", cfg.Lease, minLease)
	}
	if cfg.Senders < 0 {
		return cfg, fmt.Errorf("queue: Config.Senders is %d: use a positive number, or 0 for 4", cfg.Senders)
	}
	if cfg.RetryMax < cfg.RetryMin {
		return cfg, errors.New("queue: Config.RetryMax is shorter than Config.RetryMin")
	}
	cfg.Senders = cmp.Or(cfg.Senders, 4)
	cfg.Logger = cmp.Or(cfg.Logger, slog.Default())
	return cfg, nil
}
