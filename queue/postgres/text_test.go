//go:build unix

package postgres

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// TestTextThatCannotBeStored is of what PostgreSQL's text cannot hold: words about
// a mail are kept as well as they can, an envelope is refused.
func TestTextThatCannotBeStored(t *testing.T) {
	s := openNew(t)
	m := newMail(1)
	m.Subject, m.Key, m.Meta = "a\x00b\xff", "k\x00", map[string]string{"x\x00": "y\xff", "u": "\u0000"}
	require.NoError(t, s.Insert(t.Context(), []*queue.Mail{m}))
	batch, _, err := s.Claim(t.Context(), everything)
	require.NoError(t, err)
	stored := batch.Mails[0]
	require.NoError(t, stored.Err)
	require.Equal(t, "a\ufffdb\ufffd", stored.Mail.Subject)
	require.Equal(t, map[string]string{"x\ufffd": "y\ufffd", "u": "\ufffd"}, stored.Mail.Meta)

	broken := host.Report{To: "\x00", Enhanced: "\xff", Text: "no\x00 \xfe", Relay: "\x00"}
	n, err := s.Finish(t.Context(), []queue.Finish{{Lease: stored.Lease, Attempt: true, Recipients: []queue.Recipient{{Last: broken}}}})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	list, _, err := s.Search(t.Context(), queue.Filter{Last: "no\x00", Subject: "B\xff"}, queue.Page{})
	require.NoError(t, err)
	require.Equal(t, "no\ufffd \ufffd", list[0].Last)

	for name, change := range map[string]func(m *queue.Mail){
		"id": func(m *queue.Mail) { m.ID = "\x00" }, "route": func(m *queue.Mail) { m.Route = "\xff" },
		"from": func(m *queue.Mail) { m.From = "a\x00@b" }, "to": func(m *queue.Mail) { m.To = []string{"a@b", "\xff@b"} },
	} {
		bad := newMail(2)
		change(bad)
		require.ErrorContains(t, s.Insert(t.Context(), []*queue.Mail{newMail(3), bad}), "which is not UTF-8 or has a NUL", name)
	}
	require.Equal(t, 1, total(t, s))
}

// TestRowThatCannotBeDecoded is of rows that were changed by hand.
func TestRowThatCannotBeDecoded(t *testing.T) {
	s := openNew(t)
	require.NoError(t, s.Insert(t.Context(), newMails(0, 5)))
	_, err := s.pool.Exec(t.Context(), s.sql(`UPDATE mailhost.mail SET meta = '[1]' WHERE right(id, 1) = '1'`))
	require.NoError(t, err)
	_, err = s.pool.Exec(t.Context(), s.sql(`DELETE FROM mailhost.body WHERE right(mail, 1) = '2'`))
	require.NoError(t, err)
	_, err = s.pool.Exec(t.Context(), s.sql(`DELETE FROM mailhost.recipient WHERE right(mail, 1) = '3'`))
	require.NoError(t, err)
	batch, _, err := s.Claim(t.Context(), everything)
	require.NoError(t, err)
	var problems []string
	for _, m := range batch.Mails {
		problem := ""
		if m.Err != nil {
			problem = m.Err.Error()
		}
		problems = append(problems, problem)
	}
	require.Len(t, problems, 5)
	require.Empty(t, problems[0])
	require.Contains(t, problems[1], "has broken meta data")
	require.Contains(t, problems[2], "1 pending recipients and 0 of its 26 bytes")
	require.Contains(t, problems[3], "0 pending recipients and 26 of its 26 bytes")
	require.Empty(t, problems[4])
	list, _, err := s.Search(t.Context(), queue.Filter{}, queue.Page{})
	require.NoError(t, err)
	require.Len(t, list, 5, "it is listed as well as it can be")
}
