package queue

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/go-mailhost/mailhost/host"
)

// Bounds of a mail, in bytes but for recipients.
const (
	maxRecipients = 100_000
	maxData       = 64 << 20
	maxRoute      = 100
	maxKey        = 200
	maxMeta       = 4 << 10 // keys and values together

	maxSubject  = 250  // bytes of Mail.Subject that are kept
	maxWords    = 1000 // bytes of what a host or a store says that are kept
	maxRelay    = 300  // bytes of host.Report.Relay that are kept: a domain and a port
	maxEnhanced = 20   // bytes of host.Report.Enhanced that are kept (RFC 3463 section 2 has 9)
)

// Commit queues the mails, all of them or none, and returns nil when they are
// durable. It does not wait until they are sent. It sets each mail's ID,
// NotBefore, Expires, Transaction and Duplicate, and cuts its Subject to 250 bytes.
//
// It refuses mail with more than 100,000 recipients, 64 MiB of Data, 100 bytes of
// Route, 200 bytes of Key or 4 KiB of Meta, keys and values together, and mail
// whose Route has a control character, is not UTF-8 or is [AllRoutes].
//
// After an error nothing was queued, unless it wraps ErrUnknown; the same mails may be
// committed again either way, and are queued once. A mail that was committed cannot be
// committed again: make a new Mail.
//
// ErrClosed after Close.
func (q *Queue) Commit(ctx context.Context, mails ...*Mail) error {
	if len(mails) == 0 {
		return nil
	}
	ctx, end, err := q.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	if err := q.prepare(mails, time.Now()); err != nil {
		return err
	}
	if err := q.store.Insert(ctx, mails); err != nil {
		return fmt.Errorf("queue: commit %d mails: %w", len(mails), err)
	}
	wake := false
	for _, m := range mails {
		m.committed = true
		wake = wake || m.Lane == Immediate && !m.Duplicate && !m.NotBefore.After(time.Now())
	}
	if wake {
		q.Signal()
	}
	return nil
}

// prepare checks all mails and then completes them, so that a commit that is
// refused has changed none.
func (q *Queue) prepare(mails []*Mail, now time.Time) error {
	seen, ids := make(map[*Mail]bool, len(mails)), make(map[string]bool)
	for i, m := range mails {
		err := m.check()
		if err == nil {
			err = q.checkTimes(m, now)
		}
		if err == nil && seen[m] {
			err = errors.New("it is the same Mail as one before it: make a new one for each")
		}
		if err == nil && m.ID != "" && ids[m.ID] {
			err = errors.New("it has the ID of one before it: leave it empty, or take one from NewID for each")
		}
		if err != nil {
			return fmt.Errorf("queue: mail %d of %d: %w", i+1, len(mails), err)
		}
		seen[m], ids[m.ID] = true, true
	}
	q.completeAll(mails, now)
	return nil
}

// completeAll gives the mails sorted IDs, so that those of a commit keep their order.
func (q *Queue) completeAll(mails []*Mail, now time.Time) {
	ids := make([]string, len(mails))
	for i := range ids {
		ids[i] = newID(now)
	}
	slices.Sort(ids)
	for i, m := range mails {
		q.complete(m, ids[i], now)
		m.Transaction = ""
		if len(mails) > 1 {
			m.Transaction = mails[0].ID
		}
	}
}

// check returns what keeps m from being queued.
func (m *Mail) check() error {
	switch {
	case m == nil:
		return errors.New("it is nil")
	case m.committed:
		return errors.New("it was committed before: make a new Mail")
	case m.ID != "" && !isID(m.ID):
		return fmt.Errorf("its ID is %q: leave it empty, or take one from NewID", cut(m.ID, maxSubject))
	case len(m.To) == 0:
		return errors.New("it has no recipient")
	case int(m.Lane) >= len(Lanes):
		return fmt.Errorf("it has the unknown lane %d: use Immediate, Normal or Bulk", m.Lane)
	}
	if err := m.checkBounds(); err != nil {
		return err
	}
	if err := host.CheckData(m.Data); err != nil {
		return err
	}
	return m.checkAddresses()
}

// checkBounds keeps what is stored with a mail from growing without one.
func (m *Mail) checkBounds() error {
	meta := 0
	for key, value := range m.Meta {
		meta += len(key) + len(value)
	}
	for _, bound := range []struct {
		what    string
		n, most int
	}{
		{"recipients", len(m.To), maxRecipients},
		{"bytes of Data", len(m.Data), maxData},
		{"bytes of Route", len(m.Route), maxRoute},
		{"bytes of Key", len(m.Key), maxKey},
		{"bytes of Meta", meta, maxMeta},
	} {
		if bound.n > bound.most {
			return fmt.Errorf("it has %d %s: use at most %d", bound.n, bound.what, bound.most)
		}
	}
	if odd := oddRoute(m.Route); odd != "" {
		return fmt.Errorf("its Route %q %s: use plain text", m.Route, odd)
	}
	if m.Route == AllRoutes {
		return fmt.Errorf("its Route is %q, which means all of them: use another name", AllRoutes)
	}
	return nil
}

// checkTimes returns an error for a mail that expires before it may be sent, or later
// than can be written down.
func (q *Queue) checkTimes(m *Mail, now time.Time) error {
	notBefore, expires := q.times(m, now)
	if !expires.After(notBefore) || !expires.After(now) {
		return fmt.Errorf("it expires at %v, before it may be sent: Expires must be in the future and after NotBefore",
			expires.Format(time.RFC3339))
	}
	if last := time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC); expires.After(last) {
		return errors.New("it expires after the year 9999, which not every store can keep: use a time before, or none")
	}
	return nil
}

// times returns a mail's NotBefore and Expires, with what the caller left open.
func (q *Queue) times(m *Mail, now time.Time) (notBefore, expires time.Time) {
	notBefore, expires = m.NotBefore, m.Expires
	if notBefore.IsZero() {
		notBefore = now
		if m.Lane == Bulk {
			notBefore = now.Add(q.cfg.Defer)
		}
	}
	if expires.IsZero() {
		expires = notBefore.Add(q.cfg.Lifetime)
	}
	return notBefore, expires
}

func (m *Mail) checkAddresses() error {
	if m.From != "" { // the null reverse-path, RFC 5321 section 4.5.5
		if _, err := host.ParseMailbox(m.From); err != nil {
			return fmt.Errorf("reverse-path: %w", err)
		}
	}
	for i, to := range m.To {
		if _, err := host.ParseMailbox(to); err != nil {
			return fmt.Errorf("recipient %d of %d: %w", i+1, len(m.To), err)
		}
	}
	return nil
}

// complete fills in what the caller left open. What an earlier commit of the
// same mail filled in stays, for that commit may have reached the store.
func (q *Queue) complete(m *Mail, id string, now time.Time) {
	m.ID = cmp.Or(m.ID, id)
	m.NotBefore, m.Expires = q.times(m, now)
	m.Subject = cut(m.Subject, maxSubject)
}

// cut returns at most n bytes of s, and no part of a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
