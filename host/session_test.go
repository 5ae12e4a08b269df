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

// greeted returns a session that has read its greeting, and the server's end.
func greeted(t *testing.T) (*session, net.Conn) {
	near, far := net.Pipe()
	s := newSession(near, "relay", Timeouts{}.withDefaults())
	_, err := io.WriteString(far, "220 mx.example\r\n")
	require.NoError(t, err)
	rep := s.await(time.Second)
	require.True(t, rep.positive())
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
		require.False(t, s.check("NOOP"))
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
		require.Equal(t, time.Minute+s.timeouts.Quit, time.Since(began))
		s.finish()
		far.Close()
	})
}

// A refusal that comes early ends the write of the content at once.
func TestEarlyRefusalEndsTheWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, far := greeted(t)
		began := time.Now()
		go func() {
			io.CopyN(io.Discard, far, 100)
			io.WriteString(far, "552 5.3.4 too big\r\n")
		}()
		last, ok := s.writeContent([]byte(contents["big"]))
		require.False(t, last)
		require.False(t, ok)
		r := s.cutShort(last)
		require.Equal(t, Permanent, r.Outcome)
		require.Equal(t, "5.3.4", r.Enhanced)
		require.Zero(t, time.Since(began))
		s.finish()
		far.Close()
	})
}

// Where the last write failed half-way, the mail may have arrived; where it was
// not tried, it has not.
func TestLastWrite(t *testing.T) {
	tests := []struct {
		name   string
		server func(far net.Conn)
		want   Outcome
	}{
		{"hung up before it", func(far net.Conn) { far.Close() }, Transient},
		{"said something before it", func(far net.Conn) { io.WriteString(far, "250 ok\r\n") }, Transient},
		{"refused before it", func(far net.Conn) { io.WriteString(far, "451 4.3.0 later\r\n") }, Transient},
		{"hung up within it", func(far net.Conn) { go func() { io.CopyN(io.Discard, far, 10); far.Close() }() }, Uncertain},
		{"stopped reading within it", func(far net.Conn) { go io.CopyN(io.Discard, far, 10) }, Uncertain},
		{"refused within it", func(far net.Conn) {
			go func() {
				io.CopyN(io.Discard, far, 10)
				io.WriteString(far, "554 5.7.1 spam\r\n")
				far.Close()
			}()
		}, Permanent},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, far := greeted(t)
				test.server(far)
				synctest.Wait()
				last, ok := s.writeContent([]byte(plainMail))
				require.False(t, ok)
				require.Equal(t, test.want, s.cutShort(last).Outcome)
				require.Equal(t, cutOff, s.end)
				s.finish()
				far.Close()
			})
		})
	}
}

// A refusal that crossed the last byte is a verdict; agreement that did is none.
func TestVerdictThatCrossedTheLastByte(t *testing.T) {
	for code, want := range map[int]Outcome{552: Permanent, 451: Transient, 250: Uncertain, 354: Uncertain} {
		s := &session{relay: "relay"}
		r := s.verdict(reply{code: code, err: errUnasked, lines: []string{"x"}})
		require.Equal(t, want, r.Outcome)
		require.Equal(t, "relay", r.Relay)
	}
}
