// Package queue keeps mail durably in named queues and runs the mailer that
// empties them into a host.
//
// An application opens one queue and keeps it. It takes a [Store], usually
// that of package queue/sqlite, and a [host.Host], usually a host.SMTP:
//
//	q, err := queue.Open(store, &host.SMTP{Addr: "localhost:25"}, queue.Config{})
//	defer q.Close(ctx)
//	err = q.Commit(ctx, mail)
//
// A Commit that returned nil has made the mail durable. It does not wait for
// the mail to be sent: the mailer, a goroutine of the queue, does that. It
// wakes when a mail of the lane Immediate is committed, at its tick, and when a
// deferred mail falls due, and hands what is due to a few senders side by side. A
// relay that hangs holds up its own mail only.
//
// What becomes of a mail is decided for each recipient: delivered for good,
// failed, or tried again at growing intervals until the mail expires. A relay
// that cannot be reached costs no mail an attempt: its route is marked as down
// in the store, where every process sees it, and one mail at a time probes it
// until it answers; then its mail goes in batches that grow. Mail whose outcome
// nobody knows is sent again, with the same Message-ID, unless it is marked Once.
//
// A mail that is being sent is leased. When a process dies, its leases lapse,
// and another process on the same store, or the same one restarted, takes over.
// [Queue.Close] gives them back.
//
// What is settled is kept for a while, as [Config] says, and dropped by the mailer
// after that. Operators change mail with Retry, Hold, Release, Delete and
// Reschedule, and stop a relay's mail with Pause, from any process; [Queue.Stats]
// tells any process how the queue is, and whether mail is due and not moving, and
// [Queue.Shape] which domain it is stuck at. What operators do is recorded in a log:
// name them by [WithOperator], and read it by [Queue.Audits].
//
// [Queue.Search] finds mail by a [Filter] without ever taking long: it looks at a part
// of the mail and says from where to go on, so that a page can show what there is so
// far. [Queue.List] goes on by itself until its page is full.
//
// Config.OnOutcome tells the application what became of each mail.
//
// What not to do: do not open the same store twice in one process, and do not use
// a [Mail] again after its Commit. Applications rarely call Commit themselves:
// package txn does, when the request that wrote the mail has succeeded.
package queue
