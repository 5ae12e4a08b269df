// Package crash tests what a [queue.Store] and the mailer on it promise when
// processes, relays and disks fail. It starts the test binary as processes of
// their own, which commit and send mail until they are killed, keeps a History of
// what they said and of what a server accepted, and judges it.
//
// A store says how it is opened, and plays the part of a child where it is one:
//
//	var suite = crash.Suite{Open: open, Place: func(t *testing.T) string { … }}
//
//	func init() { crash.Play(open) } // before any test
//
//	func TestSenderIsKilled(t *testing.T) { suite.SenderIsKilled(t) }
//
// The tests run on Linux only. Flags of the test binary: -crash.time is how long
// the random load lasts (see to -timeout as well), -crash.seed repeats its choices.
package crash
