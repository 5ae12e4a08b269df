package queue

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// Memory returns a Store that keeps mail in memory, for tests. It is not
// durable, and bounded by nothing but memory. Close does nothing, so that a
// test can look at the store after its queue was closed, or open a second
// queue on it.
func Memory() Store {
	return &memory{
		mails:      map[string]*memoryMail{},
		identities: map[string]memoryKey{},
		routes:     map[string]*memoryRoute{},
		minutes:    map[time.Time]*Minute{},
		beats:      map[string]memoryBeat{},
		audits:     map[int64]Audit{},
	}
}

type memory struct {
	mu         sync.Mutex
	mails      map[string]*memoryMail // by ID
	identities map[string]memoryKey   // by Mail.Identity
	routes     map[string]*memoryRoute
	minutes    map[time.Time]*Minute // by their beginning
	beats      map[string]memoryBeat // by mailer
	audits     map[int64]Audit       // by number
	claims     int64                 // so far
	audited    int64                 // lines so far
}

// A memoryKey is what is known of a mail that has a Key, be it stored or not.
type memoryKey struct {
	id string
	at time.Time // when it was inserted
}

type memoryMail struct {
	mail       Mail
	recipients []Recipient
	state      State     // Outgoing stands for Deferred too
	due        time.Time // of what is settled: when that was
	queued     time.Time
	leased     bool // until it is finished; a lease that lapsed is one whose mail is due
	fence      int64
	alone      bool
	awaits     bool // due when its route is up again
	attempts   int
	doubts     int
	last       string
	size       int
	history    []Attempt
}

// lock takes the mutex, unless ctx has ended.
func (s *memory) lock(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	return nil
}

func (s *memory) Insert(ctx context.Context, mails []*Mail) error {
	if err := s.lock(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	for _, m := range mails {
		if err := m.Storable(); err != nil {
			return err
		}
	}
	now := time.Now()
	for _, m := range mails {
		m.Duplicate = !s.insert(m, now)
	}
	return nil
}

// insert returns false for a duplicate.
func (s *memory) insert(m *Mail, now time.Time) bool {
	if s.mails[m.ID] != nil {
		return true
	}
	if identity := m.Identity(); identity != "" {
		if _, known := s.identities[identity]; known {
			return false
		}
		s.identities[identity] = memoryKey{m.ID, now}
	}
	stored := &memoryMail{mail: m.clone(), state: Outgoing, due: m.NotBefore, queued: now, size: len(m.Data)}
	for i, to := range m.To {
		stored.recipients = append(stored.recipients, Recipient{Index: i, To: to})
	}
	s.mails[m.ID] = stored
	s.minute(now).In++
	if s.routes[m.Route] == nil {
		s.routes[m.Route] = &memoryRoute{Route: Route{Name: m.Route, Version: 1}}
	}
	return true
}

// clone returns a mail that shares nothing with m.
func (m *Mail) clone() Mail {
	c := *m
	c.To = slices.Clone(m.To)
	c.Data = bytes.Clone(m.Data)
	c.Meta = maps.Clone(m.Meta)
	c.Duplicate = false
	return c
}

func (s *memory) Close() error { return nil }
