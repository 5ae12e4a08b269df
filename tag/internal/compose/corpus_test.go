package compose

import (
	"testing"

	"github.com/go-mailhost/mailhost/tag/internal/corpora"
)

var (
	corpus  = corpora.Rows
	payload = corpora.Payload
)

// payloads returns the values of a corpus.
func payloads(t testing.TB, name string, column int) []string {
	t.Helper()
	var list []string
	for _, row := range corpus(t, name) {
		list = append(list, payload(t, row[column]))
	}
	return list
}
