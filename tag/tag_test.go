package tag

import (
	"bytes"
	"context"
	"io"
	"mime"
	"net/mail"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/emersion/go-message"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/txn"
)

// files is a set of templates by name.
type files map[string]string

func (f files) fs() fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range f {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

// mustParse parses pages; others are names and contents of files beside them.
func mustParse(t testing.TB, f files, others ...string) *Set {
	t.Helper()
	fsys := f.fs()
	for i := 0; i < len(others); i += 2 {
		fsys[others[i]] = &fstest.MapFile{Data: []byte(others[i+1])}
	}
	set, err := ParseFS(fsys, "*.html")
	require.NoError(t, err)
	return set
}

// committed records what a transaction commits.
type committed struct{ mails []*queue.Mail }

func (c *committed) Commit(_ context.Context, mails ...*queue.Mail) error {
	c.mails = append(c.mails, mails...)
	return nil
}

// execute executes a page in a transaction of its own and commits it.
func execute(t testing.TB, set *Set, name string, data any) (page string, mails []*queue.Mail, err error) {
	t.Helper()
	var c committed
	var buf bytes.Buffer
	tx := txn.Begin(&c)
	ctx := txn.NewContext(context.Background(), tx)
	if err := set.Execute(ctx, &buf, name, data); err != nil {
		require.Zero(t, buf.Len(), "a page that fails must not be written")
		require.ErrorIs(t, tx.Commit(ctx), txn.ErrDoomed)
		require.Empty(t, c.mails)
		return "", nil, err
	}
	require.NoError(t, tx.Commit(ctx))
	return buf.String(), c.mails, nil
}

// one executes page.html and returns the one mail that it sends.
func one(t testing.TB, page string, data any) *queue.Mail {
	t.Helper()
	_, mails, err := execute(t, mustParse(t, files{"page.html": page}), "page.html", data)
	require.NoError(t, err)
	require.Len(t, mails, 1)
	return mails[0]
}

// shopMail is a block with its From line, more header lines and what follows them.
func shopMail(text string) string {
	return "{{with sendmail}}\nFrom: shop@acme.example\n" + text + "{{end}}"
}

const toVictim = "To: " + victim + "\n"

// failing executes page.html, which must fail, and returns the error's text.
func failing(t testing.TB, page string, data any) string {
	t.Helper()
	_, _, err := execute(t, mustParse(t, files{"page.html": page}), "page.html", data)
	require.Error(t, err)
	return err.Error()
}

// parsed is a mail as two independent parsers read it.
type parsed struct {
	header mail.Header
	body   string
}

func (p parsed) subject(t testing.TB) string { return p.text(t, "Subject") }

// text returns an unstructured header, decoded.
func (p parsed) text(t testing.TB, name string) string {
	t.Helper()
	s, err := new(mime.WordDecoder).DecodeHeader(p.header.Get(name))
	require.NoError(t, err)
	return s
}

func (p parsed) addresses(t testing.TB, name string) []*mail.Address {
	t.Helper()
	list, err := p.header.AddressList(name)
	require.NoError(t, err)
	return list
}

func readMail(t testing.TB, m *queue.Mail) parsed {
	t.Helper()
	checkWire(t, m.Data)
	std, err := mail.ReadMessage(bytes.NewReader(m.Data))
	require.NoError(t, err)
	entity, err := message.Read(bytes.NewReader(m.Data))
	require.NoError(t, err)
	count := 0
	for fields := entity.Header.Fields(); fields.Next(); count++ {
		require.Contains(t, std.Header, fields.Key())
	}
	require.Len(t, std.Header, count, "each header stands once, for both parsers")
	body, err := io.ReadAll(entity.Body)
	require.NoError(t, err)
	return parsed{std.Header, string(body)}
}

// checkWire checks what every composed mail must be: lines ended by CRLF, of at
// most 998 bytes, with nothing in them that a relay could take for its end.
func checkWire(t testing.TB, data []byte) {
	t.Helper()
	require.True(t, bytes.HasSuffix(data, []byte("\r\n")))
	for line := range strings.SplitSeq(strings.TrimSuffix(string(data), "\r\n"), "\r\n") {
		require.NotContains(t, line, "\r")
		require.NotContains(t, line, "\n")
		require.NotContains(t, line, "\x00")
		require.LessOrEqual(t, len(line), 998)
	}
}

// run executes a page outside of any transaction.
func run(set *Set, name string, data any) (page []byte, mails []Composed, err error) {
	err = set.run(context.Background(), name, data, func(out []byte, composed []Composed) error {
		page, mails = bytes.Clone(out), composed
		return nil
	})
	return page, mails, err
}
