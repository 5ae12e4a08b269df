package queue

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/go-mailhost/mailhost/host"
)

// Config holds the options of Open. The zero value is ready to use. Negative
// values are errors, but where a field says what they mean.
type Config struct {
	Interval time.Duration // of the mailer's tick, at least 1 ms; 0: 5 s
	Senders  int           // batches sent side by side, one kept for Immediate mail where there are two or more; up to twice as many while relays, or OnOutcome, hang; 0: 4
	Defer    time.Duration // how long Bulk mail without NotBefore waits; 0: 5 min
	Lifetime time.Duration // from NotBefore until a mail without Expires expires; 0: 2 days
	Lease    time.Duration // after which another process takes over from one that died, at least 1 s; 0: 1 min
	RetryMin time.Duration // wait after the first attempt, doubled after each further one; 0: 1 min
	RetryMax time.Duration // longest wait between attempts; 0: 1 h, or RetryMin where that is longer

	KeepSent      time.Duration // how long sent mail is kept, as a log; 0: 7 days; negative: not at all
	KeepBodies    time.Duration // how long its data is, so that no reset links lie around; 0: 1 day; negative: not at all
	KeepFailed    time.Duration // how long failed and uncertain mail is kept, with its data; 0: 30 days
	KeepKeys      time.Duration // how long a Mail's Key counts, and at least while it is pending; 0: 7 days
	KeepAudit     time.Duration // how long the log of what operators did is; 0: 90 days
	Undeliverable Undeliverable // whether failed mail is kept at all: Keep or Delete

	// OnOutcome is called once for each outcome of a mail, after it was recorded:
	// of an attempt, of expiry, and of being set aside, but not where it was Unsent.
	// The mail is as it was claimed, its To being the recipients that were pending.
	// There is a report for each of them that the outcome is about: Permanent for
	// those that are undeliverable, be it because the mail expired, else as the Host
	// reported it. A process that dies between the record and the call makes none.
	//
	// Calls come from several goroutines, side by side. A slow one keeps nothing
	// waiting but the sender whose mail it is about, and Close; a panic is logged. It
	// must not call Close, which would wait for it: do that in a goroutine of its own.
	OnOutcome func(mail *Mail, reports []host.Report)

	Logger *slog.Logger // a line for each recipient's outcome and for each fault, never of contents; nil: slog.Default()
}

const (
	day      = 24 * time.Hour
	minLease = time.Second
	minTick  = time.Millisecond
)

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
		{"KeepFailed", &cfg.KeepFailed, 30 * day},
		{"KeepKeys", &cfg.KeepKeys, 7 * day},
		{"KeepAudit", &cfg.KeepAudit, 90 * day},
	} {
		if *d.value < 0 {
			return cfg, fmt.Errorf("queue: Config.%s is %v: use a positive duration, or 0 for %v", d.name, *d.value, d.preset)
		}
		*d.value = cmp.Or(*d.value, d.preset)
	}
	if cfg.Interval < minTick {
		return cfg, fmt.Errorf("queue: Config.Interval is %v: use at least %v, or the mailer does nothing but look for mail", cfg.Interval, minTick)
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
	if cfg.Undeliverable > Delete {
		return cfg, fmt.Errorf("queue: Config.Undeliverable is %d: use Keep or Delete", cfg.Undeliverable)
	}
	cfg.KeepSent = cmp.Or(cfg.KeepSent, 7*day)
	cfg.KeepBodies = cmp.Or(cfg.KeepBodies, day)
	cfg.Senders = cmp.Or(cfg.Senders, 4)
	cfg.Logger = cmp.Or(cfg.Logger, slog.Default())
	return cfg, nil
}
