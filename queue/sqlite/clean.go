package sqlite

import (
	"context"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// Clean drops what has been kept for long enough: see [queue.Store].
func (s *Store) Clean(ctx context.Context, keep queue.Retention) (n int, err error) {
	err = s.write(ctx, func(w *writer) error {
		n, err = w.clean(keep, time.Now())
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

const day = 24 * time.Hour

func (w *writer) clean(keep queue.Retention, now time.Time) (n int, err error) {
	for _, old := range []struct {
		drop string
		keep time.Duration
	}{
		{cleanSent, keep.Sent},
		{cleanFailed, keep.Failed},
		{cleanUncertain, keep.Failed},
		{cleanKeys, keep.Keys},
		{cleanAudit, keep.Audit},
		{cleanMinutes, day + time.Minute},
		{cleanBeats, day},
	} {
		if n >= updateBatch {
			return n, nil
		}
		dropped, err := w.change(old.drop, before(now, old.keep), updateBatch-n)
		if err != nil {
			return 0, err
		}
		n += dropped
	}
	dropped, err := w.cleanData(before(now, keep.Data), updateBatch-n)
	return n + dropped, err
}

// before returns the time before which what is kept for d is old. It errs by
// less than a microsecond towards keeping nothing.
func before(now time.Time, d time.Duration) int64 {
	if d < 0 {
		d -= time.Microsecond
	}
	return now.UnixMicro() - d.Microseconds()
}

// What Clean drops. 4, 5 and 6 are queue.Failed, Uncertain and Sent; SQLite needs
// the words of mailhost_mail_settled to use it.
const (
	cleanFailed    = "DELETE FROM mailhost_mail WHERE seq IN (SELECT seq FROM mailhost_mail WHERE state = 4 AND state >= 4 AND kept IN (0, 1) AND due < ? LIMIT ?)"
	cleanUncertain = "DELETE FROM mailhost_mail WHERE seq IN (SELECT seq FROM mailhost_mail WHERE state = 5 AND state >= 4 AND kept IN (0, 1) AND due < ? LIMIT ?)"
	cleanSent      = "DELETE FROM mailhost_mail WHERE seq IN (SELECT seq FROM mailhost_mail WHERE state = 6 AND state >= 4 AND kept IN (0, 1) AND due < ? LIMIT ?)"
	cleanMinutes   = "DELETE FROM mailhost_minute WHERE at IN (SELECT at FROM mailhost_minute WHERE at < ? LIMIT ?)"
	cleanAudit     = "DELETE FROM mailhost_audit WHERE number IN (SELECT number FROM mailhost_audit ORDER BY number LIMIT ?2) AND at < ?1"
	cleanBeats     = "DELETE FROM mailhost_heartbeat WHERE mailer IN (SELECT mailer FROM mailhost_heartbeat WHERE seen < ? LIMIT ?)"

	cleanKeys = `DELETE FROM mailhost_identity WHERE identity IN (
		SELECT identity FROM mailhost_identity i LEFT JOIN mailhost_mail m ON m.id = i.mail
		WHERE i.at < ? AND (m.seq IS NULL OR m.state >= 4) LIMIT ?)`

	oldData = "SELECT seq FROM mailhost_mail WHERE state = 6 AND state >= 4 AND kept = 1 AND due < ? LIMIT ?"
)

// cleanData drops the data of sent mail.
func (w *writer) cleanData(before int64, limit int) (int, error) {
	if limit <= 0 {
		return 0, nil
	}
	seqs, err := collect(background, w, scanNumber, oldData, before, limit)
	if err != nil || len(seqs) == 0 {
		return 0, err
	}
	return len(seqs), w.dropData(seqs)
}

func (w *writer) dropData(seqs []int64) error {
	list := encodeSeqs(seqs)
	if _, err := w.exec("DELETE FROM mailhost_body WHERE mail IN (SELECT value FROM json_each(?))", list); err != nil {
		return err
	}
	_, err := w.exec("UPDATE mailhost_mail SET kept = 0 WHERE seq IN (SELECT value FROM json_each(?))", list)
	return err
}
