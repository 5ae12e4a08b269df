// Package txn buffers the mail of one request and commits it with the
// request's transaction, or drops it.
//
// A web application wraps its handlers once; q is a [queue.Queue], or anything
// else that is a [Committer]:
//
//	http.ListenAndServe(addr, txn.Handler(q, mux))
//
// Each request then carries a transaction in its context, to which package tag
// adds the mail of the pages it renders. The mail is committed when the handler
// has returned with a status below 400, and before the first byte of the page
// leaves; an error page or a panic drops it. A page whose mail could not be
// committed is not shown: the visitor gets a plain 500.
//
// Elsewhere, begin and end a transaction by hand:
//
//	tx := txn.Begin(q)
//	defer tx.Rollback()
//	ctx = txn.NewContext(ctx, tx)
//	…
//	err := tx.Commit(ctx)
//
// The life of a transaction:
//
//	Begin ──► open ──Commit──► committed
//	          │  ▲ └──Rollback, or a Commit that failed──► rolled back
//	     Doom │  │ RollbackTo a savepoint before the Doom
//	          ▼  │
//	         doomed ──Rollback or Commit──► rolled back
//
// Add and Savepoint work while it is open or doomed; nothing leads back from
// committed or rolled back.
//
// What not to do: do not change a mail after Add, which keeps the pointer; do
// not commit your data after the mail, for a crash between the two leaves a
// mail about something that never happened.
package txn
