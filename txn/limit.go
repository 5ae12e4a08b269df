package txn

import (
	"fmt"

	"github.com/go-mailhost/mailhost/queue"
)

// A LimitError says that a transaction would have held more than its [Config]
// allows. What was to be added was not; what was there stays.
type LimitError struct {
	Limit string // the field of Config: "MaxMails", "MaxRecipients" or "MaxBytes"
	Most  int    // its value
	Asked int    // what the transaction would have held
}

// Error names the limit, its value and what was asked for.
func (e *LimitError) Error() string {
	what := map[string]string{"MaxMails": "mails", "MaxRecipients": "recipients", "MaxBytes": "bytes of mail"}[e.Limit]
	return fmt.Sprintf("txn: the transaction would hold %d %s, and may hold %d: "+
		"commit in several transactions, or raise txn.Config.%s", e.Asked, what, e.Most, e.Limit)
}

// A load is how much a transaction holds.
type load struct{ mails, recipients, bytes int }

func (l load) plus(mails []*queue.Mail) load {
	for _, m := range mails {
		l.recipients += len(m.To)
		l.bytes += len(m.Data)
	}
	l.mails += len(mails)
	return l
}

func (l load) within(most load) error {
	switch {
	case l.mails > most.mails:
		return &LimitError{"MaxMails", most.mails, l.mails}
	case l.recipients > most.recipients:
		return &LimitError{"MaxRecipients", most.recipients, l.recipients}
	case l.bytes > most.bytes:
		return &LimitError{"MaxBytes", most.bytes, l.bytes}
	}
	return nil
}

func (cfg Config) limits() load {
	return load{
		mails:      orDefault(cfg.MaxMails, 10_000),
		recipients: orDefault(cfg.MaxRecipients, 100_000),
		bytes:      orDefault(cfg.MaxBytes, 256<<20),
	}
}

func orDefault(n, otherwise int) int {
	if n <= 0 {
		return otherwise
	}
	return n
}
