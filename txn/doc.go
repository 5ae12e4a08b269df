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
// Workers and commands have [Run] for that:
//
//	err := txn.Run(ctx, q, func(ctx context.Context) error {
//		return txn.FromContext(ctx).Add(reminder) // or what package tag adds
//	})
//
// or begin and end a transaction by hand:
//
//	tx := txn.Begin(q)
//	defer tx.Rollback()
//	ctx = txn.NewContext(ctx, tx)
//	…
//	err := tx.Commit(ctx)
//
// # Mail and data as one fact
//
// Where the queue's store is in the application's own database (queue/sqlite.New,
// queue/postgres), the mail goes into the application's SQL transaction: both are
// committed, or neither is, whenever the process dies.
//
//	sqlTx, err := db.BeginTx(ctx, nil)
//	defer sqlTx.Rollback()
//	…
//	err = txn.FromContext(ctx).CommitWith(ctx, sqlTx) // instead of sqlTx.Commit()
//
// Render the page before, so that its mail is among it, and show it afterwards. An
// application that must call sqlTx.Commit itself calls [Txn.AddTo] before.
// [Retry] does it all again where the database says that the transaction has run
// into another.
//
// # Two databases cannot commit as one
//
// Where the data is in one database and the mail in another, there is a moment at
// which one of them is committed and the other is not, and a process that dies at
// that moment leaves it so; no order of the calls, and nothing in this package, helps
// against that. One can only choose what it leaves. If the data is committed first, as
// where a handler commits it and Handler then commits the mail, an order is there
// whose confirmation was never queued. If the mail is first, a confirmation leaves for
// an order that never was. So commit the data first, and the mail last with a Key,
// and have a job look for orders without a confirmation and add it again: the Key
// keeps it from going twice. Or move the queue into the data's database.
//
// # Participants
//
// What can promise to be able to commit, a [Participant], may join: [Txn.Join].
//
//	Commit            participant a    participant b    queue, or SQL transaction
//	  ├── Prepare ─────────►│                │                 │
//	  ├── Prepare ──────────┼───────────────►│                 │
//	  ├── the mails ────────┼────────────────┼────────────────►│ insert and commit:
//	  │                     │                │                 │ from here on the mail leaves
//	  ├── Commit ──────────►│                │                 │
//	  ├── Commit ───────────┼───────────────►│                 │
//	  ├── (signal) ─────────┼────────────────┼────────────────►│ CommitWith and immediate mail
//	  ▼
//
// An error or a panic before the mail is committed rolls back all of them, b before a,
// and the SQL transaction before both, and no mail leaves. When it is committed, each
// participant is told to commit, whatever becomes of the others; for one that cannot
// after all, the mail is a phantom, and Commit returns a *[PhantomError]. A process
// that dies in between leaves participants prepared. When it starts again it must find
// them, and commit those whose mail is in the queue: it knows the mail by its ID, taken
// from [queue.NewID] before Add and kept by the participant.
//
// # The life of a transaction
//
//	                 ┌──Commit, CommitWith──► committing ──► committed
//	Begin ──► open ──┤                            ├──error──► rolled back
//	          │  ▲   │                            └──answer lost, or some mail sent──► in doubt
//	          │  │   ├──AddTo──► handed over ──Commit──► committed
//	     Doom │  │   │               └──Rollback, or Commit after Doom──► rolled back
//	          ▼  │   └──Rollback──► rolled back
//	         doomed ──Rollback, Commit, CommitWith or AddTo──► rolled back
//
//	(back from doomed to open: RollbackTo a savepoint before the Doom)
//
//	           │ open, doomed │ handed over │ committed, in doubt │ rolled back
//	───────────┼──────────────┼─────────────┼─────────────────────┼────────────
//	Add, Join  │ yes          │ ErrDone     │ ErrDone             │ ErrDone
//	RollbackTo │ yes          │ ErrDone     │ ErrDone             │ ErrDone
//	Commit     │ ends it      │ ends it     │ ErrDone             │ ErrDone
//	CommitWith │ ends it      │ ends it     │ ErrDone             │ ErrDone
//	Rollback   │ ends it      │ ends it     │ ErrDone             │ nil
//
// While a commit is at work, everything returns ErrDone. A Rollback that returned nil
// says that no mail leaves (but for what AddTo has handed over), so that it can be
// deferred.
//
// The mail is kept in memory until it is committed, for that is from where a store
// takes it; a transaction therefore holds 10,000 mails, 100,000 recipients and 256 MiB
// at most, or as much as [Config] says.
//
// What not to do: do not change a mail after Add, which keeps the pointer; do
// not commit your data after the mail, for a crash between the two leaves a
// mail about something that never happened; do not use [Direct] where a page waits.
package txn
