package tagtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

func TestReadableForm(t *testing.T) {
	m := full()
	m.From = "bounces@acme.example"
	m.Lane, m.Key, m.Once, m.Route, m.Meta = queue.Bulk, "k 7", true, "eu", map[string]string{"order": "7", "by": "web"}
	Read(t, m).Equal(`
		From: Café <shop@acme.example>
		Reply-To: help@acme.example
		To: "Lee, Ann" <ann@example.com>
		Cc: Bob <bob@EXAMPLE.com>
		Bcc: audit@acme.example
		Subject: Grüße
		X-Order: 7
		X-Order: 8
		Return-Path: <bounces@acme.example>
		Lane: bulk
		Key: k 7
		Once: yes
		Route: eu
		Meta: by=web
		Meta: order=7

		Dear Ann, confirm at https://acme.example/confirm?k=7&x=1.

		--- text/html
		<p>Dear Ann &amp; Bob, <a href="https://acme.example/confirm?k=7&amp;x=1">confirm</a>
		<a name=x>or</a> <a href=" https://acme.example/cancel ">cancel</a>

		--- text/calendar
		BEGIN:VCALENDAR

		--- image "logo.png" image/png, 3 bytes, sha256 796120837694d3f3

		--- attachment "list.csv" text/csv
		a,b
		1,2

		--- attachment "terms.pdf" application/pdf, 5 bytes, sha256 bf84f404f8c87183
		`)
}

func TestReadableFormOfSmallThings(t *testing.T) {
	for _, tt := range []struct {
		name string
		mail *queue.Mail
		want string
	}{
		{"left out", letter("From: <shop@ACME.example>\nTo: ann@example.com\nDate: Tue, 01 Jul 2025 10:00:00 +0200\nMessage-ID: <1@x>\nMIME-Version: 1.0\n" +
			"Auto-Submitted: auto-generated\nContent-Language: en\n\nhi\n"), "From: shop@ACME.example\nTo: ann@example.com\n\nhi\n"},
		{"another Auto-Submitted", letter("Auto-Submitted: no\nX-Made: auto-generated\n\n"), "Bcc: ann@example.com\nAuto-Submitted: no\nX-Made: auto-generated\nReturn-Path: <shop@acme.example>\n"},
		{"not in the envelope", letter("From: shop@acme.example\nTo: ann@example.com, bob@example.com\n\n"), "From: shop@acme.example\nTo: ann@example.com, bob@example.com\nNot-Sent-To: bob@example.com\n"},
		{"HTML alone", letter("From: shop@acme.example\nTo: ann@example.com\nContent-Type: text/html\n\n<p>\n"), "From: shop@acme.example\nTo: ann@example.com\n\n--- text/html\n<p>\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, Read(t, tt.mail).String())
		})
	}
}

func TestEqualShowsTheDifference(t *testing.T) {
	require.Equal(t, strings.Trim(`
tagtest: the mail to ann@example.com is another (- want, + got):
    From: Acme Shop <shop@acme.example>
    To: Ann <ann@example.com>
  - Subject: Order 8 confirmed
  + Subject: Order 7 confirmed

  - Dear Bob, we have your order.
  - "Thank you, "
  + Dear Ann, we have your order.
    See https://acme.example/orders/7.`, "\n"), failure(t, func(f *fakeT) {
		Read(f, order()).Equal(`
			From: Acme Shop <shop@acme.example>
			To: Ann <ann@example.com>
			Subject: Order 8 confirmed

			Dear Bob, we have your order.
			Thank you, ` + `
			See https://acme.example/orders/7.`)
	}))
}

func TestGolden(t *testing.T) {
	t.Setenv(updateEnv, "")
	Read(t, order()).Golden("testdata/order.golden")
	file := filepath.Join(t.TempDir(), "new", "order.golden")

	text := failure(t, func(f *fakeT) { Read(f, order()).Golden(file) })
	require.Contains(t, text, "tagtest: there is no file "+file+": run the test with MAILHOST_UPDATE=1 to write it:\n  From: Acme Shop")

	t.Setenv(updateEnv, "1")
	f := &fakeT{TB: t, helpers: map[string]bool{}}
	Read(f, order()).Golden(file)
	require.Empty(t, f.failures)
	require.Equal(t, []string{"tagtest: wrote " + file}, f.logs)
	Read(f, order()).Golden(file)
	require.Len(t, f.logs, 1, "nothing to write")

	t.Setenv(updateEnv, "")
	Read(t, order()).Golden(file)
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, []byte(strings.ReplaceAll(string(data), "\n", "\r\n")), 0o600), "as git may check it out")
	Read(t, order()).Golden(file)

	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(data), "Ann", "Bob", 1)), 0o600))
	text = failure(t, func(f *fakeT) { Read(f, order()).Golden(file) })
	require.Contains(t, text, "is not that of "+file+" (- want, + got; MAILHOST_UPDATE=1 writes it):\n")
	require.Contains(t, text, "  - To: Bob <ann@example.com>\n  + To: Ann <ann@example.com>\n")
}

func TestGoldenThatCannotBeReadOrWritten(t *testing.T) {
	folder := t.TempDir()
	require.Contains(t, failure(t, func(f *fakeT) { Read(f, order()).Golden(folder) }), folder)
	t.Setenv(updateEnv, "1")
	require.Contains(t, failure(t, func(f *fakeT) { Read(f, order()).Golden(folder) }), folder)
}

func TestDedent(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"plain", "a\nb", "a\nb\n"},
		{"indented", "\n\t\ta\n\t\t\tb\n\n\t\tc\n\t", "a\n\tb\n\nc\n"},
		{"less than the first line", "  a\n b", "a\n b\n"},
		{"blank lines first", "\n \n\ta\r\n\tb\n\n", "a\nb\n"},
		{"a blank line of spaces", "\ta\n\t\t\n\tb", "a\n\t\nb\n"},
		{"nothing", "", "\n"},
	} {
		require.Equal(t, tt.want, dedent(tt.in), tt.name)
	}
}
