package sqlite

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

// FuzzFilter compares the SQL with the rule, for texts and meta data that look
// like each other, like SQL and like JSON.
func FuzzFilter(f *testing.F) {
	f.Add("order", "7", "order", "7")
	f.Add(`x"k`, "v", "k", "v")
	f.Add("a", `,"k":"v"`, "k", "v")
	f.Add("a", `{"k":"v"`, "k", "v")
	f.Add(`\`, `\","k":"v`, "k", "v")
	f.Add(`a\`, `:"`, "a", `\":"`)
	f.Add("k", "v1", "k", "v")
	f.Add("k", "", "k", "")
	f.Add("", "k", "k", "")
	f.Add("k", "<&>\x00\u2028", "k", "<&>\x00\u2028")
	f.Add("100%", "_", "%", "_")
	f.Add("k", "a@b.example", "k", "B.example")
	f.Add("k", "x@\x00\xff", "k", "\x00\xff")
	f.Add("k", "é", "k", "a@é")
	f.Add("Äpfel", "SHOP", "äPFEL", "shop")
	s, _ := openNew(f)
	number := 0
	f.Fuzz(func(t *testing.T, key, value, wantKey, wantValue string) {
		number++
		m := newMail(number)
		m.Meta = roundTrip(t, map[string]string{key: value, "z": "z"})
		m.Subject, m.To = key, []string{"reader@example.com", value}
		require.NoError(t, s.Insert(t.Context(), []*queue.Mail{m}))
		record, err := s.Get(t.Context(), m.ID)
		require.NoError(t, err)
		for _, filter := range []queue.Filter{
			{Meta: roundTrip(t, map[string]string{wantKey: wantValue})}, {Meta: m.Meta}, {Subject: wantKey}, {To: wantValue},
			{To: "@" + wantValue}, {Words: []string{wantKey, wantValue}}, {Words: []string{key, value}},
		} {
			filter.IDs = []string{m.ID}
			want := filter.Matches(&record.Entry, record.Mail.To, record.Mail.Meta)
			found, _, err := s.Search(t.Context(), filter, queue.Page{})
			require.NoError(t, err)
			require.Equal(t, want, len(found) == 1, "%+v of %+v", filter, m)
		}
	})
}
