package host

import (
	"context"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

// A nameServer answers for the names in a test: with their addresses, a failure, or
// not at all.
type nameServer struct {
	conn  net.PacketConn
	mu    sync.Mutex
	names map[string][][4]byte
	codes map[string]dnsmessage.RCode
	mute  bool
}

// nameServerNow is the one to ask, nil: the system's. The resolver that asks it stays
// in place, since a lookup can outlast its test.
var nameServerNow atomic.Pointer[nameServer]

var useNameServer = sync.OnceFunc(func() {
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
		if s := nameServerNow.Load(); s != nil {
			network, addr = "udp", s.conn.LocalAddr().String()
		}
		return (&net.Dialer{}).DialContext(ctx, network, addr)
	}}
})

// startNameServer makes the test ask it instead of the system's.
func startNameServer(t *testing.T) *nameServer {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &nameServer{conn: conn, names: map[string][][4]byte{}, codes: map[string]dnsmessage.RCode{}}
	served := make(chan struct{})
	go func() { defer close(served); s.serve() }()
	useNameServer()
	nameServerNow.Store(s)
	t.Cleanup(func() {
		nameServerNow.Store(nil)
		conn.Close()
		<-served
	})
	return s
}

func (s *nameServer) set(name string, addrs ...[4]byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names[name] = addrs
}

func (s *nameServer) serve() {
	buf := make([]byte, 1500)
	for {
		n, from, err := s.conn.ReadFrom(buf)
		if err != nil {
			return
		}
		if answer := s.answer(buf[:n]); answer != nil {
			s.conn.WriteTo(answer, from)
		}
	}
}

func (s *nameServer) answer(question []byte) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	var m dnsmessage.Message
	if s.mute || m.Unpack(question) != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	name := strings.TrimSuffix(q.Name.String(), ".")
	addrs, known := s.names[name]
	code, set := s.codes[name]
	if !known && !set {
		code = dnsmessage.RCodeNameError
	}
	m.Response, m.RCode, m.Additionals = true, code, nil
	for _, a := range addrs {
		if q.Type == dnsmessage.TypeA {
			m.Answers = append(m.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class},
				Body:   &dnsmessage.AResource{A: a},
			})
		}
	}
	answer, _ := m.Pack()
	return answer
}

// fm-001, fm-002: a relay's name is configuration, so that one which does not exist
// is for an operator; a name server that fails is not. The batch does not try again.
func TestNameCannotBeLookedUp(t *testing.T) {
	names := startNameServer(t)
	names.codes["fails.example"] = dnsmessage.RCodeServerFailure
	for name, alarm := range map[string]bool{"nowhere.example": true, "fails.example": false, "mute.example": false} {
		t.Run(name, func(t *testing.T) {
			names.mu.Lock()
			names.mute = name == "mute.example"
			names.mu.Unlock()
			h := client(t, &SMTP{Addr: name + ":25", Timeouts: Timeouts{Dial: time.Second}})
			for _, reports := range send(t, h, t.Context(), envelope("b@y.example"), envelope("c@y.example")) {
				require.Equal(t, "unreachable", outcomes(reports))
				require.Equal(t, alarm, reports[0].Alarm, reports[0].Text)
				require.False(t, reports[0].AtMail)
			}
			require.Equal(t, int64(1), h.Stats().DialFailed)
		})
	}
}

// fm-003: a name with several addresses, of which the first is dead.
func TestNextAddressIsTried(t *testing.T) {
	names := startNameServer(t)
	srv := startServer(t, &hosttest.Server{})
	_, port, err := net.SplitHostPort(srv.Addr)
	require.NoError(t, err)
	names.set("several.example", [4]byte{127, 0, 0, 2}, [4]byte{127, 0, 0, 1})
	h := client(t, &SMTP{Addr: "several.example:" + port})
	require.Equal(t, "delivered", outcomes(sendOne(t, h, envelope("b@y.example"))))
	require.NoError(t, h.Close())

	names.set("several.example", [4]byte{127, 0, 0, 2}, [4]byte{127, 0, 0, 3})
	h = client(t, &SMTP{Addr: "several.example:" + port})
	r := sendOne(t, h, envelope("b@y.example"))[0]
	require.Equal(t, Unreachable, r.Outcome)
	require.False(t, r.Alarm)
}

// fm-096: a relay that has moved is found when its connections have grown too old.
func TestMovedRelayIsFound(t *testing.T) {
	names := startNameServer(t)
	old := startServer(t, &hosttest.Server{})
	_, port, err := net.SplitHostPort(old.Addr)
	require.NoError(t, err)
	fresh := startServer(t, &hosttest.Server{Addr: "127.0.0.2:" + port})
	names.set("moved.example", [4]byte{127, 0, 0, 1})
	h := client(t, &SMTP{Addr: "moved.example:" + port})
	deliver := func() {
		require.Equal(t, "delivered", outcomes(sendOne(t, h, envelope("b@y.example"))))
	}
	deliver()
	names.set("moved.example", [4]byte{127, 0, 0, 2})
	deliver()
	require.Len(t, old.Mails(), 2, "over the connection that there is")
	h.pool.mu.Lock()
	h.pool.idle[0].born = time.Now().Add(-5 * time.Minute)
	h.pool.mu.Unlock()
	deliver()
	require.Len(t, old.Mails(), 2)
	require.Len(t, fresh.Mails(), 1)
	require.Equal(t, int64(0), h.Stats().Broken, "the old one ended by QUIT")
}
