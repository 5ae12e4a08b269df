package host

import (
	"bufio"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func testPool() *pool { return &pool{relay: "relay", timeouts: Timeouts{}.withDefaults()} }

// greeted returns a session that has read its greeting, and the server's end.
func greeted(t *testing.T) (*session, net.Conn) {
	near, far := net.Pipe()
	s := newSession(near, testPool())
	go io.WriteString(far, "220 mx.example\r\n")
	rep := s.await(time.Second)
	require.True(t, rep.positive())
	s.listen()
	return s, far
}

// What nobody asked for is no reply to what is asked next, which is not even
// said.
func TestUnaskedReplies(t *testing.T) {
	for _, stray := range []string{"250 stray\r\n", "550 stray\r\n", "421 closing\r\n", "2"} {
		synctest.Test(t, func(t *testing.T) {
			s, far := greeted(t)
			require.True(t, s.quiet())
			_, err := io.WriteString(far, stray)
			require.NoError(t, err)
			synctest.Wait()
			require.False(t, s.quiet())
			rep := s.command("MAIL FROM:<>", time.Minute)
			require.Zero(t, rep.verdict())
			require.Error(t, rep.err)
			require.Equal(t, cutOff, s.end)
			s.finish()
			said, err := io.ReadAll(far)
			require.NoError(t, err)
			require.Empty(t, said)
		})
	}
}

func TestServerHangsUpUnasked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, far := greeted(t)
		far.Close()
		synctest.Wait()
		require.False(t, s.quiet())
		rep := s.command("NOOP", time.Minute)
		require.ErrorIs(t, rep.err, io.EOF)
		rep = s.command("NOOP", time.Minute)
		require.ErrorIs(t, rep.err, net.ErrClosed, "an ended session does not make anyone wait")
		require.False(t, s.check())
		s.finish()
	})
}

// The limit of a command counts for its whole reply, and for nothing after it.
func TestLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, far := greeted(t)
		r := bufio.NewReader(far)
		answer := func(after time.Duration, text string) {
			r.ReadString('\n')
			time.Sleep(after)
			io.WriteString(far, text)
		}
		go answer(59*time.Second, "250 ok\r\n")
		rep := s.command("NOOP", time.Minute)
		require.True(t, rep.positive())
		time.Sleep(time.Hour)
		require.True(t, s.quiet(), "an idle session has no limit of its own")

		go answer(59*time.Second, "250 o")
		began := time.Now()
		rep = s.command("NOOP", time.Minute)
		require.Equal(t, time.Minute, time.Since(began))
		require.Equal(t, 250, rep.verdict())
		require.False(t, rep.positive())
		s.finish()
	})
}

// A server that does not read holds a command up no longer than its limit, and
// what it says in parting.
func TestWriteIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, far := greeted(t)
		began := time.Now()
		rep := s.command("NOOP", time.Minute)
		require.Error(t, rep.err)
		require.Equal(t, s.pool.timeouts.Block+s.pool.timeouts.Quit, time.Since(began))
		s.finish()
		far.Close()
	})
}

// transacting returns a session on which the server wants the content of a mail to
// one recipient, and the transaction.
func transacting(t *testing.T, data string) (*session, net.Conn, *transaction) {
	s, far := greeted(t)
	d := newDelivery(&Envelope{From: "a@x.example", To: []string{"b@y.example"}, Data: []byte(data)})
	require.Len(t, d.pending, 1)
	return s, far, &transaction{d: d, group: d.pending, accepted: d.pending, wanted: true}
}

// A refusal that comes early ends the write of the content at once.
func TestEarlyRefusalEndsTheWrite(t *testing.T) {
	for _, chunk := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s, far, tx := transacting(t, contents["big"])
			tx.chunk = chunk
			began := time.Now()
			go func() {
				io.CopyN(io.Discard, far, 100)
				io.WriteString(far, "552 5.3.4 too big\r\n")
			}()
			s.sayContent(tx)
			s.judge(tx)
			require.False(t, tx.sent(s))
			require.Equal(t, Permanent, tx.d.reports[0].Outcome)
			require.Equal(t, "5.3.4", tx.d.reports[0].Enhanced)
			require.Zero(t, time.Since(began))
			s.finish()
			far.Close()
		})
	}
}

// fm-084: what counts is whether the last byte was handed over: only then the mail
// may have arrived.
func TestLastWrite(t *testing.T) {
	whole := int64(len(stuffed(plainMail)))
	after := func(n int64, then func(far net.Conn)) func(far net.Conn) {
		return func(far net.Conn) {
			go func() {
				io.CopyN(io.Discard, far, n)
				then(far)
			}()
		}
	}
	hangUp := func(far net.Conn) { far.Close() }
	say := func(text string) func(far net.Conn) {
		return func(far net.Conn) { io.WriteString(far, text) }
	}
	tests := []struct {
		name   string
		server func(far net.Conn)
		want   Outcome
	}{
		{"hung up before it", hangUp, Transient},
		{"said something before it", say("250 ok\r\n"), Transient},
		{"refused before it", say("451 4.3.0 later\r\n"), Transient},
		{"hung up within it", after(10, hangUp), Transient},
		{"stopped reading within it", after(10, func(net.Conn) {}), Transient},
		{"refused within it", after(10, say("554 5.7.1 spam\r\n")), Permanent},
		{"agreed within it", after(10, func(far net.Conn) {
			say("250 ok\r\n")(far)
			far.Close()
		}), Transient},
		{"hung up one byte before its end", after(whole-1, hangUp), Transient},
		{"hung up behind it", after(whole, hangUp), Uncertain},
		{"said nothing behind it", after(whole, func(net.Conn) {}), Uncertain},
		{"agreed behind it", after(whole, say("250 ok\r\n")), Delivered},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, far, tx := transacting(t, plainMail)
				test.server(far)
				synctest.Wait()
				s.sayContent(tx)
				s.judge(tx)
				require.Equal(t, test.want, tx.d.reports[0].Outcome)
				require.Equal(t, test.want == Delivered, s.end == goOn)
				s.leave(cutOff)
				s.finish()
				far.Close()
			})
		})
	}
}

// A refusal that crossed the last byte is a verdict; agreement that did is none.
func TestVerdictThatCrossedTheLastByte(t *testing.T) {
	for code, want := range map[int]Outcome{552: Permanent, 451: Transient, 250: Uncertain, 354: Uncertain} {
		s := &session{pool: testPool()}
		tx := &transaction{d: newDelivery(envelope("b@y.example")), said: true}
		s.settleVerdict(tx, tx.d.pending, reply{code: code, err: errUnasked, lines: "x"})
		require.Equal(t, want, tx.d.reports[0].Outcome)
		require.Equal(t, "relay", tx.d.reports[0].Relay)
	}
}
