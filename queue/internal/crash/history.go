package crash

import "sync"

// A History is what became known of mails, from those who offered them and from
// the server that accepted them. It is safe for concurrent use.
type History struct {
	mu      sync.Mutex
	mails   map[string]*fate    // by id
	commits map[string][]string // ids that were offered together
	told    chan struct{}       // closed when something becomes known; nil while nobody waits
}

// An Offer is one mail of those that were given to one Commit.
type Offer struct {
	ID   string
	To   []string
	Once bool
}

// An answer is what Commit returned. One that was killed returned nothing.
type answer uint8

const (
	inDoubt answer = iota
	acknowledged
	refused // rolled back: nothing of it may ever be seen
)

type fate struct {
	Offer
	offered  bool
	answer   answer
	accepted map[string]int // how often, by recipient
	damaged  bool           // the server got something else
}

// fate returns what is known of a mail. h.mu is held.
func (h *History) fate(id string) *fate {
	f := h.mails[id]
	if f == nil {
		if h.mails == nil {
			h.mails, h.commits = map[string]*fate{}, map[string][]string{}
		}
		f = &fate{accepted: map[string]int{}}
		h.mails[id] = f
	}
	return f
}

func (h *History) note(change func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	change()
	if h.told != nil {
		close(h.told)
		h.told = nil
	}
}

// Offered notes mails before they are committed, all of them or none. They are
// in doubt until something else is noted.
func (h *History) Offered(mails ...Offer) {
	h.note(func() {
		var ids []string
		for _, m := range mails {
			f := h.fate(m.ID)
			f.Offer, f.offered = m, true
			ids = append(ids, m.ID)
		}
		h.commits[ids[0]] = ids
	})
}

// Acknowledged notes that Commit returned nil.
func (h *History) Acknowledged(ids ...string) { h.answer(acknowledged, ids) }

// Refused notes that Commit has rolled back.
func (h *History) Refused(ids ...string) { h.answer(refused, ids) }

func (h *History) answer(a answer, ids []string) {
	h.note(func() {
		for _, id := range ids {
			h.fate(id).answer = a
		}
	})
}

// Accepted notes that the server has taken a mail for its recipients, whether or
// not it could say so, and whether it was as it had been offered.
func (h *History) Accepted(id string, whole bool, to ...string) {
	h.note(func() {
		f := h.fate(id)
		f.damaged = f.damaged || !whole
		for _, recipient := range to {
			f.accepted[recipient]++
		}
	})
}

// Tally says how many mails were acknowledged, and how many were accepted.
func (h *History) Tally() (acknowledgedMails, acceptedMails int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, f := range h.mails {
		if f.answer == acknowledged {
			acknowledgedMails++
		}
		if len(f.accepted) > 0 {
			acceptedMails++
		}
	}
	return acknowledgedMails, acceptedMails
}

// news is closed when something more becomes known.
func (h *History) news() <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.told == nil {
		h.told = make(chan struct{})
	}
	return h.told
}
