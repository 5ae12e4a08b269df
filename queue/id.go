package queue

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"time"
)

// idEncoding keeps the order of what it encodes, in lower case.
var idEncoding = base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").WithPadding(base32.NoPadding)

// NewID returns an id for a mail, for who must know it before Commit.
func NewID() string { return newID(time.Now()) }

// newID returns an id of 26 letters and digits: 48 bits of milliseconds, so
// that ids sort by time, and 80 random bits.
func newID(now time.Time) string {
	var id [16]byte
	binary.BigEndian.PutUint64(id[:8], uint64(now.UnixMilli())<<16)
	rand.Read(id[6:])
	return idEncoding.EncodeToString(id[:])
}

// isID tells whether newID could have made s.
func isID(s string) bool {
	id, err := idEncoding.DecodeString(s)
	return err == nil && len(id) == 16 && idEncoding.EncodeToString(id) == s
}
