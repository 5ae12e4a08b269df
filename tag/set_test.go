package tag

import (
	"bytes"
	"context"
	"errors"
	"html/template"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/txn"
)

const mailOrFail = `<p>{{sendmail "from" "a@b.example" "to" "c@d.example" "subject" .}}{{if eq . "bad"}}{{fail "broken"}}{{end}}{{.}}</p>`

func TestExecuteNeedsATransactionForMail(t *testing.T) {
	set := mustParse(t, files{"page.html": mailOrFail, "quiet.html": `<p>{{.}}</p>`})
	var out bytes.Buffer
	err := set.Execute(context.Background(), &out, "page.html", "x")
	require.ErrorIs(t, err, txn.ErrNoTxn)
	require.Zero(t, out.Len())

	require.NoError(t, set.Execute(context.Background(), &out, "quiet.html", "x"))
	require.Equal(t, "<p>x</p>", out.String())
}

func TestMailWaitsForTheCommit(t *testing.T) {
	set := mustParse(t, files{"page.html": mailOrFail})
	var c committed
	tx := txn.Begin(&c)
	ctx := txn.NewContext(context.Background(), tx)
	for _, subject := range []string{"one", "two"} {
		require.NoError(t, set.Execute(ctx, &bytes.Buffer{}, "page.html", subject))
	}
	require.Empty(t, c.mails)
	require.NoError(t, tx.Commit(ctx))
	require.Len(t, c.mails, 2)
	require.Equal(t, "two", c.mails[1].Subject)

	require.ErrorIs(t, set.Execute(ctx, &bytes.Buffer{}, "page.html", "three"), txn.ErrDone)
}

func TestFailedPageDoomsTheTransaction(t *testing.T) {
	set := mustParse(t, files{"page.html": mailOrFail})
	var c committed
	tx := txn.Begin(&c)
	ctx := txn.NewContext(context.Background(), tx)
	require.NoError(t, set.Execute(ctx, &bytes.Buffer{}, "page.html", "one"))
	before := tx.Savepoint()
	err := set.Execute(ctx, &bytes.Buffer{}, "page.html", "bad")
	require.ErrorContains(t, err, "broken")

	require.NoError(t, tx.RollbackTo(before), "the handler may show another page instead")
	require.NoError(t, set.Execute(ctx, &bytes.Buffer{}, "page.html", "other"))
	require.NoError(t, tx.Commit(ctx))
	require.Len(t, c.mails, 2)
	require.Equal(t, "other", c.mails[1].Subject)
}

type brokenWriter struct{}

var errBroken = errors.New("the visitor went away")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestPageThatCannotBeWrittenDoomsTheTransaction(t *testing.T) {
	set := mustParse(t, files{"page.html": mailOrFail})
	var c committed
	tx := txn.Begin(&c)
	ctx := txn.NewContext(context.Background(), tx)
	require.ErrorIs(t, set.Execute(ctx, brokenWriter{}, "page.html", "x"), errBroken)
	require.ErrorIs(t, tx.Commit(ctx), txn.ErrDoomed)
	require.Empty(t, c.mails)
}

func TestUnknownPage(t *testing.T) {
	set := mustParse(t, files{"page.html": mailOrFail})
	require.ErrorContains(t, set.Execute(context.Background(), &bytes.Buffer{}, "nope.html", nil), `"nope.html"`)
}

// A page may be used again after it failed.
func TestRunnerSurvivesAFailure(t *testing.T) {
	set := mustParse(t, files{"page.html": mailOrFail})
	for range 3 {
		failing := func() error { _, _, err := run(set, "page.html", "bad"); return err }
		require.Error(t, failing())
		page, mails, err := run(set, "page.html", "good")
		require.NoError(t, err)
		require.Equal(t, "<p>good</p>", string(page))
		require.Len(t, mails, 1)
	}
}

func TestFuncMapLeavesOutWhatIsUnsafe(t *testing.T) {
	funcs := FuncMap()
	for _, name := range []string{"env", "expandenv", "getHostByName", "genPrivateKey", "genCA", "genSelfSignedCert", "genSignedCert", "bcrypt", "htpasswd", "derivePassword", "encryptAES", "decryptAES", "buildCustomCert"} {
		require.NotContains(t, funcs, name)
		require.NotContains(t, mailFuncs(nil), name)
	}
	for _, name := range []string{"sendmail", "upper", "default", "dict"} {
		require.Contains(t, funcs, name)
	}
}

// The application's functions win over sprig's, on the page and in the mail.
func TestOwnFuncsWin(t *testing.T) {
	own := template.FuncMap{"upper": func(string) string { return "mine" }}
	page := files{"page.html": `{{upper "x"}}{{sendmail "from" "a@b.example" "to" "c@d.example" "text" (upper "x")}}{{with sendmail}}` + "\n" + head + `{{upper "x"}}{{end}}`}
	set, err := Config{Funcs: own}.ParseFS(page.fs(), "*.html")
	require.NoError(t, err)
	out, mails, err := execute(t, set, "page.html", nil)
	require.NoError(t, err)
	require.Equal(t, "mine", out)
	require.Equal(t, "mine\r\n", readMail(t, mails[0]).body)
	require.Equal(t, "mine\r\n", readMail(t, mails[1]).body)
}

// What a preview needs: the mails of a page with the place of each, outside of any
// transaction.
func TestComposeAndMails(t *testing.T) {
	set := mustParse(t, files{"b.html": "<p>\n {{sendmail \"from\" \"a@b.example\" \"to\" \"c@d.example\"}}", "a.html": "{{define \"part\"}}{{sendmail \"from\" \"a@b.example\" \"to\" .}}{{end}}{{template \"part\" .}}{{template \"part\" .}}"})
	a := Source{Template: "part", File: "a.html", Line: 1, Column: 20}
	b := Source{Template: "b.html", File: "b.html", Line: 2, Column: 4}
	require.Equal(t, []Source{a, b}, set.Mails())
	require.Equal(t, "b.html:2:4", b.String())

	mails, err := set.Compose(context.Background(), "a.html", "x@y.example")
	require.NoError(t, err)
	require.Len(t, mails, 2)
	require.Equal(t, a, mails[1].Source)
	require.Equal(t, []string{"x@y.example"}, mails[1].Mail.To)
	_, err = set.Compose(context.Background(), "a.html", "")
	require.ErrorContains(t, err, "the address is empty")
}

// A mail template whose recipients come from Go is composed with the options that Send
// would have. A page takes none.
func TestComposeWithOptions(t *testing.T) {
	set := mailSet(t, files{"a.html": "<p>", "a.mail": "From: a@b.example\n\nx"})
	_, err := set.Compose(context.Background(), "a.mail", nil)
	require.ErrorContains(t, err, "the mail has no recipient")
	mails, err := set.Compose(context.Background(), "a.mail", nil, To("c@d.example"), Immediate)
	require.NoError(t, err)
	require.Equal(t, []string{"c@d.example"}, mails[0].Mail.To)
	require.Equal(t, queue.Immediate, mails[0].Mail.Lane)
	_, err = set.Compose(context.Background(), "a.html", nil, Immediate)
	require.EqualError(t, err, `tag: "a.html" is a page, and options are for mail templates: write words behind its sendmail`)
}
