package queue

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPageLimit(t *testing.T) {
	for size, want := range map[int]int{-1: 50, 0: 50, 1: 1, 500: 500, 501: 500} {
		require.Equal(t, want, Page{Size: size}.Limit())
	}
}

func TestMatches(t *testing.T) {
	queued := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	bulk, normal, route, other := Bulk, Normal, "eu", "us"
	entry := Entry{
		ID: "7", State: Deferred, Lane: Bulk, Route: "eu", From: "Shop@Example.com", To: "ann@example.com",
		Subject: "Größe 50% \xff", Last: "Mailbox full", Transaction: "5", Queued: queued,
	}
	to := []string{"ann@example.com", "Bob@example.org"}
	meta := map[string]string{"order": "7", "gift": ""}
	for name, test := range map[string]struct{ meets, fails Filter }{
		"IDs":              {Filter{IDs: []string{"6", "7"}}, Filter{IDs: []string{"6", "77"}}},
		"no IDs":           {Filter{IDs: nil}, Filter{IDs: []string{}}},
		"State":            {Filter{State: Deferred}, Filter{State: Outgoing}},
		"Lane":             {Filter{Lane: &bulk}, Filter{Lane: &normal}},
		"Route":            {Filter{Route: &route}, Filter{Route: &other}},
		"To":               {Filter{To: "ANN@"}, Filter{To: "carl@"}},
		"To, the second":   {Filter{To: "bob"}, Filter{To: "bob@example.com"}},
		"To, a domain":     {Filter{To: "@EXAMPLE.org"}, Filter{To: "@example"}},
		"To, an end of it": {Filter{To: "@example.com"}, Filter{To: "@xample.com"}},
		"Words":            {Filter{Words: []string{"ANN@", "50%", "shop@", "example.ORG"}}, Filter{Words: []string{"ann@", "carl@"}}},
		"Words, the reply": {Filter{Words: nil}, Filter{Words: []string{"mailbox"}}},
		"Transaction":      {Filter{Transaction: "5"}, Filter{Transaction: "55"}},
		"From":             {Filter{From: "shop@e"}, Filter{From: "ann"}},
		"Subject":          {Filter{Subject: "GR\xc3\xb6"}, Filter{Subject: "GR\xc3\x96"}},
		"Subject, bytes":   {Filter{Subject: "\xff"}, Filter{Subject: "\xfe"}},
		"Subject, pattern": {Filter{Subject: "50%"}, Filter{Subject: "5%"}},
		"Last":             {Filter{Last: "mailbox"}, Filter{Last: "mailboxes"}},
		"Meta":             {Filter{Meta: map[string]string{"order": "7"}}, Filter{Meta: map[string]string{"order": "77"}}},
		"Meta, two":        {Filter{Meta: map[string]string{"order": "7", "gift": ""}}, Filter{Meta: map[string]string{"order": "7", "gift": "x"}}},
		"Meta, empty":      {Filter{Meta: map[string]string{"gift": ""}}, Filter{Meta: map[string]string{"shop": ""}}},
		"Since":            {Filter{Since: queued}, Filter{Since: queued.Add(1)}},
		"Until":            {Filter{Until: queued.Add(1)}, Filter{Until: queued}},
		"two":              {Filter{To: "ann", Lane: &bulk}, Filter{To: "ann", Lane: &normal}},
		"All":              {Filter{All: true, To: "ann"}, Filter{All: true, To: "carl"}},
	} {
		require.True(t, test.meets.Matches(&entry, to, meta), name)
		require.False(t, test.fails.Matches(&entry, to, meta), name)
	}
}

// Of a mail that cannot be decoded little is known.
func TestZeroFilterMatchesAll(t *testing.T) {
	for name, empty := range map[string]Filter{"zero": {}, "All": {All: true}, "empty Meta": {Meta: map[string]string{}}} {
		require.True(t, empty.Matches(&Entry{}, nil, nil), name)
	}
	require.False(t, (&Filter{To: "a"}).Matches(&Entry{To: "a"}, nil, nil))
	require.False(t, (&Filter{Meta: map[string]string{"a": ""}}).Matches(&Entry{}, nil, nil))
}
