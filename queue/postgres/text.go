package postgres

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/go-mailhost/mailhost/queue"
)

// text returns what PostgreSQL can store of s, which is valid UTF-8 without NUL:
// U+FFFD stands for the rest.
func text(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "\ufffd")
}

func texts(list []string) []string {
	stored := make([]string, len(list))
	for i, s := range list {
		stored[i] = text(s)
	}
	return stored
}

// storable returns an error for a mail that would not be the same mail when it was
// read: the words about it may be changed, but not where it goes.
func storable(m *queue.Mail) error {
	if err := m.Storable(); err != nil {
		return err
	}
	for _, s := range append([]string{m.ID, m.Route, m.From}, m.To...) {
		if s != text(s) {
			return fmt.Errorf("queue/postgres: mail %q has %q in its envelope, which is not UTF-8 or has a NUL", m.ID, s)
		}
	}
	return nil
}

// encodeMeta returns nil where there is none. A key that is empty is one like others.
func encodeMeta(meta map[string]string) ([]byte, error) {
	if len(meta) == 0 {
		return nil, nil
	}
	stored := make(map[string]string, len(meta))
	for key, value := range meta {
		stored[text(key)] = text(value)
	}
	return json.Marshal(stored)
}

func decodeMeta(stored []byte) (meta map[string]string, err error) {
	if stored != nil {
		err = json.Unmarshal(stored, &meta)
	}
	return meta, err
}
