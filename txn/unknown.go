package txn

import (
	"database/sql"
	"errors"
	"fmt"
)

// An UnknownError is returned by Commit and CommitWith where it is not known whether
// the mail was committed, and with CommitWith the SQL transaction, because the answer of
// the database was lost. All of it was committed, or nothing: where [queue.Queue.Get]
// finds one of the mails some seconds later, it was. Do not repeat before you know; or
// give the mails a Key, so that they are queued once, and do likewise with the data.
type UnknownError struct {
	IDs []string // of the mails
	Err error    // of the queue's Commit, or the SQL transaction's
}

// Error names the first mail.
func (e *UnknownError) Error() string {
	look := ""
	if len(e.IDs) > 0 {
		look = fmt.Sprintf(" (look whether the queue has mail %s before you repeat it)", e.IDs[0])
	}
	return fmt.Sprintf("txn: it is not known whether the transaction was committed%s: %v", look, e.Err)
}

// Unwrap returns Err.
func (e *UnknownError) Unwrap() error { return e.Err }

// certainlyRolledBack tells of an error of an SQL commit whether it says that nothing
// was committed. What it does not know may have been.
func certainlyRolledBack(err error) bool {
	var unsent interface{ SafeToRetry() bool } // pgconn's: the server was not asked
	var answer interface{ SQLState() string }  // of PostgreSQL
	var result interface{ Code() int }         // of SQLite
	switch {
	case errors.Is(err, sql.ErrTxDone): // its context ended, and rolled it back
		return true
	case errors.As(err, &unsent) && unsent.SafeToRetry():
		return true
	case errors.As(err, &answer):
		return isVerdict(answer.SQLState())
	case errors.As(err, &result):
		switch result.Code() & 0xff { // the primary one
		case sqliteBusy, sqliteFull, sqliteConstraint:
			return true
		}
	}
	return false
}

// Primary result codes, https://www.sqlite.org/rescode.html.
const (
	sqliteBusy       = 5
	sqliteFull       = 13
	sqliteConstraint = 19
)

// isVerdict tells whether the server refused to commit, and did not merely stop
// (PostgreSQL, Appendix A): connection exceptions, operator intervention, system
// and internal errors leave it open, and so does statement_completion_unknown.
func isVerdict(sqlState string) bool {
	if len(sqlState) != 5 || sqlState == "40003" {
		return false
	}
	switch sqlState[:2] {
	case "08", "57", "58", "XX":
		return false
	}
	return true
}
