package queue

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The rules that every store's Insert keeps are here, so that no two stores differ in
// them. A store of your own calls them too.

// Storable returns nil for a mail that a store can take. A store's Insert
// refuses all of its mails with the error of the first that is not.
func (m *Mail) Storable() error {
	switch {
	case m == nil:
		return errors.New("queue: a nil mail cannot be stored")
	case m.ID == "":
		return errors.New("queue: a mail cannot be stored without an ID: use Queue.Commit, which sets it")
	case len(m.To) == 0:
		return fmt.Errorf("queue: mail %s has no recipient", m.ID)
	case int(m.Lane) >= len(Lanes):
		return fmt.Errorf("queue: mail %s has the unknown lane %d: use Immediate, Normal or Bulk", m.ID, m.Lane)
	case m.Route == AllRoutes:
		return fmt.Errorf("queue: mail %s has the route %q, which means every route: name one", m.ID, m.Route)
	}
	return nil
}

// Identity returns what two mails have in common of which the second is a
// duplicate: a digest of Key and recipients. It is "" for a mail without a Key,
// which is nobody's duplicate.
//
// The order of the recipients and their repetition do not count, nor does the
// case of their domains. The case of local parts does (RFC 5321 section 2.4).
func (m *Mail) Identity() string {
	if m.Key == "" {
		return ""
	}
	to := make([]string, len(m.To))
	for i, address := range m.To {
		at := strings.LastIndexByte(address, '@')
		to[i] = address[:at+1] + strings.ToLower(address[at+1:])
	}
	slices.Sort(to)
	digest := sha256.New()
	// Each part goes in with its length, so that no two lists run together.
	for _, part := range append([]string{m.Key}, slices.Compact(to)...) {
		fmt.Fprintf(digest, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(digest.Sum(nil))
}
