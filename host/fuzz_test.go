package host

import (
	"context"
	"io"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// FuzzSend plays what a server could say, in the segments that its bytes are cut
// into, to a whole Send, over each connection anew. Whatever it is, the Send ends,
// tells of each recipient once, and takes nothing for a delivery that was none.
func FuzzSend(f *testing.F) {
	const greeted = "220 mx\r\n|250-mx\r\n250-PIPELINING\r\n250-CHUNKING\r\n250 SIZE 1000\r\n|"
	for _, wire := range []string{
		"220 mx\r\n|250 mx\r\n|250 ok\r\n|250 ok\r\n|354 go\r\n|250 queued\r\n|250 ok\r\n|250 ok\r\n|354 go\r\n|550 no\r\n|",
		"220 mx\r\n|250-mx\r\n250 PIPELINING\r\n|250 ok\r\n250 ok\r\n|354 go\r\n|250 queued\r\n|250 ok\r\n250 ok\r\n354 go\r\n|421 bye\r\n",
		greeted + "250 ok\r\n250 ok\r\n|250 queued\r\n250 reset\r\n250 ok\r\n550 no\r\n503 no\r\n|",
		greeted + "250 ok\r\n250 ok\r\n|250-queued\r\n550 or not\r\n",
		greeted + "250 ok\r\n250 stray\r\n250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n",
		greeted + "452 4.3.2 too many messages\r\n|454 throttled\r\n",
		"220 mx\r\n250 mx\r\n250 ok\r\n250 ok\r\n354 go\r\n250 before anything was said\r\n",
		"220 mx\r\n|250-mx\r\n250 STARTTLS\r\n|220 go\r\n250 injected\r\n",
		"220 mx\r\n|" + strings.Repeat("250-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n", 3000),
		"220 " + strings.Repeat("x", 1<<20) + "\r\n",
		greeted + "250 ok\r\n250 ok\r\n|250 " + strings.Repeat("x", 5000),
		"HTTP/1.1 400 Bad Request\r\n\r\n", "\x16\x03\x01\x00\x02", "", "|", "2", "220", "220 \x00\xff\r\n|25",
		"220 mx\r\n|502 what?\r\n|250 mx\r\n|250 ok\r\n|503 no\r\n|503 no\r\n",
	} {
		f.Add([]byte(wire), byte(0), false)
		f.Add([]byte(wire), byte(0), true)
	}
	for _, wire := range []string{
		"250 ok\r\n250 ok\r\n|250 queued\r\n250 reset\r\n250 ok\r\n550 no\r\n503 no\r\n250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n",
		"250 ok\r\n|550 5.7.1 no\r\n|503 no\r\n|250 ok\r\n|451 later\r\n|354 go\r\n|421 bye\r\n",
		"250 ok\r\n250 ok\r\n354 go\r\n|250-queued\r\n550 or not\r\n", "250 ok\r\n452 too many\r\n|354 go\r\n|250",
	} {
		for m := range allModes {
			f.Add([]byte(wire), byte(m+1), false)
		}
	}
	f.Fuzz(func(t *testing.T, wire []byte, m byte, required bool) {
		text := string(wire)
		if n := int(m) % (len(allModes) + 1); n > 0 {
			text = "220 mx\r\n|" + strings.Join(append([]string{"250-mx"}, allModes[n-1].keywords()...), "\r\n250-") + "\r\n250 HELP\r\n|" + text
		}
		synctest.Test(t, func(t *testing.T) { sendToHostile(t, text, required) })
	})
}

// agreement is what a reply begins with that can be one to a mail.
var agreement = regexp.MustCompile(`(^|\n)2[0-9][0-9][ \t\r\n-]`)

func sendToHostile(t *testing.T, wire string, required bool) {
	s := &hostile{segments: strings.Split(wire, "|")}
	h := &SMTP{Addr: "localhost:25", MaxConns: 1, dialer: s.dial}
	if required {
		h.TLS = TLSRequired
	}
	open := countConns(h)
	batch := numberedMails(3)
	batch[1].To = append(batch[1].To, "second@y.example")
	began := time.Now()
	delivered := map[int]bool{}
	for i, reports := range send(t, h, t.Context(), batch...) {
		for _, r := range reports {
			require.LessOrEqual(t, len(r.Text), maxText)
			require.True(t, r.Outcome != Unsent || r.Text != "", "no word about %v", r)
			if r.Outcome == Delivered {
				delivered[i] = true
			}
		}
	}
	require.NoError(t, h.Close())
	require.Zero(t, open.Load())
	s.ended.Wait()
	require.Less(t, time.Since(began), time.Duration(s.dials+1)*time.Hour)
	require.LessOrEqual(t, s.dials, 2*len(batch))
	heard := s.heard.String()
	require.LessOrEqual(t, len(heard), s.dials*5000)
	for i := range delivered {
		require.False(t, required, "without TLS")
		whole := string(batch[i].Data)
		require.True(t, strings.Contains(heard, whole) || strings.Contains(heard, stuffed(whole)), "mail %d was not sent", i)
		require.GreaterOrEqual(t, s.agreements, 4, "a greeting, MAIL, RCPT and the content were agreed to")
	}
}

// hostile says its segments, the next when it has heard something or nothing comes
// for a while, and hangs up. What it says over a second connection is the same.
type hostile struct {
	segments   []string
	dials      int
	mu         sync.Mutex
	heard      strings.Builder
	agreements int
	ended      sync.WaitGroup
}

func (s *hostile) dial(context.Context) (net.Conn, error) {
	near, far := net.Pipe()
	s.dials++
	s.agreements += len(agreement.FindAllString(strings.Join(s.segments, ""), -1))
	heard := make(chan struct{}, 1)
	s.ended.Go(func() {
		defer close(heard)
		for buf := make([]byte, 4096); ; {
			n, err := far.Read(buf)
			s.mu.Lock()
			s.heard.Write(buf[:n])
			s.mu.Unlock()
			if err != nil {
				return
			}
			select {
			case heard <- struct{}{}:
			default:
			}
		}
	})
	s.ended.Go(func() {
		defer far.Close()
		for _, segment := range s.segments {
			if _, err := io.WriteString(far, segment); err != nil {
				return
			}
			select {
			case <-heard:
			case <-time.After(30 * time.Second):
			}
		}
	})
	return near, nil
}
