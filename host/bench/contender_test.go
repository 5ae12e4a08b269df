package main

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-mailhost/mailhost/host/hosttest"
	"github.com/stretchr/testify/require"
)

// withEach runs the test with each contender. smtp-source is one where it is
// installed.
func withEach(t *testing.T, test func(t *testing.T, who contender)) {
	for _, who := range contenders() {
		t.Run(who.name, func(t *testing.T) { test(t, who) })
	}
	t.Run("all", func(t *testing.T) { needs(t, "smtp-source") })
}

// What a contender says that it has sent is what the relay has received.
func TestContendersCountWhatWasReceived(t *testing.T) {
	withEach(t, func(t *testing.T, who contender) {
		srv := &hosttest.Server{Keep: 100_000}
		relay := relay{name: "hosttest", start: func() (*server, error) { return startHosttest(srv) }}
		s, err := relay.open(t.Context())
		require.NoError(t, err)
		defer s.stop()

		f, err := who.open(t.Context(), s.addr, 3)
		require.NoError(t, err)
		sent, err := f.warm(t.Context())
		require.NoError(t, err)
		require.GreaterOrEqual(t, sent, 3)
		opened := srv.Conns()
		tally, err := f.send(t.Context(), 50*time.Millisecond)
		require.NoError(t, err)
		if who.name != "net/smtp.SendMail" && !who.apart {
			require.Equal(t, opened, srv.Conns(), "no connection was opened while the clock ran")
		}
		require.NoError(t, f.close())
		require.Positive(t, tally.mails)
		require.Positive(t, tally.perSecond)

		mails := srv.Mails()
		require.Len(t, mails, sent+tally.mails)
		for _, m := range mails {
			require.Equal(t, sender, m.From)
			require.Equal(t, []string{recipient}, m.To)
			require.InDelta(t, mailSize, len(m.Data), 100)
		}
	})
}

func TestContendersFailWithTheirRelay(t *testing.T) {
	withEach(t, func(t *testing.T, who contender) {
		srv := &hosttest.Server{}
		require.NoError(t, srv.Start())
		defer srv.Close()
		f, err := who.open(t.Context(), srv.Addr, 2)
		require.NoError(t, err)
		_, err = f.warm(t.Context())
		require.NoError(t, err)
		srv.Close()
		_, err = f.send(t.Context(), time.Minute)
		require.Error(t, err)
		f.close()
	})
}

func TestTallyAddsRates(t *testing.T) {
	var got tally
	got.add(10, time.Second)
	got.add(5, 250*time.Millisecond)
	got.add(0, 0) // a connection that carried nothing
	require.Equal(t, tally{mails: 15, perSecond: 30}, got)
}

func TestALineSendsOneMailAtLeast(t *testing.T) {
	ls := lines{{mail: func() error { return nil }}, {mail: func() error { return nil }}}
	got, err := ls.warm(t.Context())
	require.NoError(t, err)
	require.Equal(t, 2, got)
}

func TestALineThatFailsEndsItsFleet(t *testing.T) {
	broken := errors.New("broken")
	sent := 0
	ls := lines{{mail: func() error {
		if sent == 3 {
			return broken
		}
		sent++
		return nil
	}}}
	got, err := ls.send(t.Context(), time.Hour)
	require.ErrorIs(t, err, broken)
	require.Equal(t, 3, got.mails)
}

func TestLinesEndWithTheirContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	ls := lines{{mail: func() error { cancel(); return nil }}}
	got, err := ls.send(ctx, time.Hour)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 1, got.mails)
}

func TestLinesAreOpenedAllOrNone(t *testing.T) {
	broken := errors.New("broken")
	opened, closed := 0, atomic.Int32{}
	_, err := openLines(3, func() (line, error) {
		if opened == 2 {
			return line{}, broken
		}
		opened++
		return line{close: func() error { closed.Add(1); return nil }}, nil
	})
	require.ErrorIs(t, err, broken)
	require.EqualValues(t, 2, closed.Load())
}
