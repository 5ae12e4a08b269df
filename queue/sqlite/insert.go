package sqlite

import (
	"context"
	"slices"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// Insert stores mails: see [queue.Store].
func (s *Store) Insert(ctx context.Context, mails []*queue.Mail) error {
	for _, m := range mails {
		if err := m.Storable(); err != nil {
			return err
		}
	}
	if len(mails) == 0 {
		return nil
	}
	duplicates := make([]bool, len(mails))
	err := s.write(ctx, func(w *writer) error { return w.insertAll(mails, duplicates) })
	if err != nil {
		return err
	}
	setDuplicates(mails, duplicates)
	return nil
}

func (w *writer) insertAll(mails []*queue.Mail, duplicates []bool) (err error) {
	now := time.Now()
	for i, m := range mails {
		if duplicates[i], err = w.insert(m, now); err != nil {
			return err
		}
	}
	return nil
}

func setDuplicates(mails []*queue.Mail, duplicates []bool) {
	for i, m := range mails {
		m.Duplicate = duplicates[i]
	}
}

// insert tells whether the mail is a duplicate.
func (w *writer) insert(m *queue.Mail, now time.Time) (duplicate bool, err error) {
	if m.Key != "" {
		if known, duplicate, err := w.identify(m, now); known || err != nil {
			return duplicate, err
		}
	}
	seq, err := w.insertMail(m, now)
	if err != nil || seq == 0 {
		return false, err
	}
	if _, err := w.exec("INSERT INTO mailhost_body (mail, data) VALUES (?, ?)", seq, nonNil(m.Data)); err != nil {
		return false, err
	}
	for i, to := range m.To {
		_, err := w.exec("INSERT INTO mailhost_recipient (mail, place, address) VALUES (?, ?, ?)", seq, i, to)
		if err != nil {
			return false, err
		}
	}
	w.minute(now).In++
	return false, w.insertRoute(m.Route)
}

const maxRoutes = 1000 // that a writer remembers

func (w *writer) insertRoute(name string) error {
	if w.routes[name] {
		return nil
	}
	_, err := w.exec("INSERT INTO mailhost_route (name) VALUES (?) ON CONFLICT DO NOTHING", name)
	if len(w.routes) >= maxRoutes {
		clear(w.routes)
	}
	w.routes[name] = err == nil
	return err
}

// identify takes note of a mail's identity. It is known where an earlier mail had
// it, of which this is a duplicate, unless it is the same that is inserted again.
func (w *writer) identify(m *queue.Mail, now time.Time) (known, duplicate bool, err error) {
	stored, err := collect(background, w, scanNumber, "SELECT seq FROM mailhost_mail WHERE id = ?", m.ID)
	if err != nil || len(stored) > 0 {
		return true, false, err
	}
	n, err := w.change("INSERT INTO mailhost_identity (identity, mail, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
		m.Identity(), m.ID, now.UnixMicro())
	return n == 0, n == 0, err
}

// insertMail returns 0 where the mail's ID is stored already.
func (w *writer) insertMail(m *queue.Mail, now time.Time) (seq int64, err error) {
	meta, err := encodeMeta(m.Meta)
	if err != nil {
		return 0, err
	}
	result, err := w.exec(`INSERT INTO mailhost_mail (id, state, lane, route, due, queued, not_before, expires,
			sender, key, once, subject, meta, size, transaction_id)
		VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		m.ID, slices.Index(queue.Lanes[:], m.Lane), m.Route, m.NotBefore.UnixMicro(), now.UnixMicro(),
		m.NotBefore.UnixMicro(), m.Expires.UnixMicro(), m.From, m.Key, m.Once, m.Subject, meta, len(m.Data), m.Transaction)
	if err != nil {
		return 0, err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return 0, err
	}
	return result.LastInsertId()
}

// nonNil keeps an empty mail from being NULL.
func nonNil(data []byte) []byte {
	if data == nil {
		return []byte{}
	}
	return data
}
