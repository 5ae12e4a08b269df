package postgres

import "time"

// goneKept is for how long after its Insert a mail is known that is there no more: for
// so long an Insert whose answer was lost may be repeated.
const goneKept = time.Hour

// goneSQL remembers the mails of a table id, queued that are dropped.
func goneSQL(table string) string {
	return `
	bygone AS (
		INSERT INTO mailhost.gone (mail, at) SELECT id, now FROM ` + table + `, clock
		WHERE queued > now - interval '1 hour' ORDER BY id ON CONFLICT DO NOTHING),`
}
