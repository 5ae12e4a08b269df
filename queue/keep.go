package queue

// Undeliverable says what becomes of mail that failed.
type Undeliverable uint8

const (
	Keep   Undeliverable = iota // it stands in Failed for Config.KeepFailed, for the operator
	Delete                      // it is gone with the record of its outcome, and the log alone tells of it
)

// unkept returns what is not kept of a mail that f settles. What could not be
// decoded is no verdict of a relay, and is kept either way.
func (cfg *Config) unkept(f Finish) Unkept {
	return Unkept{
		Sent:   cfg.KeepSent < 0,
		Failed: cfg.Undeliverable == Delete && f.Failed == "",
		Data:   cfg.KeepBodies < 0,
	}
}

func (cfg *Config) retention() Retention {
	return Retention{
		Sent: cfg.KeepSent, Data: cfg.KeepBodies, Failed: cfg.KeepFailed, Audit: cfg.KeepAudit, Keys: cfg.KeepKeys,
	}
}
