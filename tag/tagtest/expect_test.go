package tagtest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

// full has every kind of part.
func full() *queue.Mail {
	return letter(`
From: =?utf-8?q?Caf=C3=A9?= <shop@acme.example>
Reply-To: help@acme.example
To: "Lee, Ann" <ann@example.com>
Cc: Bob <bob@EXAMPLE.com>
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
X-Order: 7
X-Order: 8
Content-Type: multipart/mixed; boundary=m

--m
Content-Type: multipart/related; boundary=r

--r
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: text/plain; charset=utf-8

Dear Ann, confirm at https://acme.example/confirm?k=7&x=1.
--a
Content-Type: text/html; charset=utf-8

<p>Dear Ann &amp; Bob, <a href="https://acme.example/confirm?k=7&amp;x=1">confirm</a>
<a name=x>or</a> <a href=" https://acme.example/cancel ">cancel</a>
--a
Content-Type: text/calendar; method=REQUEST

BEGIN:VCALENDAR
--a--
--r
Content-Type: image/png; name=logo.png
Content-ID: <logo@acme>
Content-Disposition: inline

PNG
--r--
--m
Content-Type: text/csv
Content-Disposition: attachment; filename=list.csv

a,b
1,2
--m
Content-Type: application/pdf
Content-Disposition: attachment; filename=terms.pdf
Content-Transfer-Encoding: base64

JVBERgA=
--m--
`, "ann@example.com", "bob@example.com", "audit@acme.example")
}

func TestExpectationsThatHold(t *testing.T) {
	m := Read(t, full())
	m.HasSubject("Grüße")
	m.HasHeader("x-order", "7")
	m.HasHeader("X-Order", "8")
	m.GoesTo("bob@Example.com", "audit@acme.example", "ann@example.com")
	m.TextContains("Dear Ann", "confirm")
	m.TextLacks("Bob", "cancel")
	m.HTMLContains("Ann &amp; Bob")
	m.HTMLLacks("Ann & Bob")
	m.HasAttachment("list.csv", []byte("a,b\r\n1,2"))
	m.HasAttachment("terms.pdf", []byte("%PDF\x00"))
	require.Equal(t, "application/pdf", m.Attachment("terms.pdf").Type)
	require.Equal(t, "7", m.Header("x-ORDER"), "the first")
	require.Empty(t, m.Header("X-None"))
	require.Equal(t, []string{"audit@acme.example"}, m.Bcc)
	require.Equal(t, "BEGIN:VCALENDAR", m.Calendar)
	require.Equal(t, "logo@acme", m.Images[0].ContentID)
}

func TestExpectationsThatFail(t *testing.T) {
	for _, tt := range []struct {
		name string
		use  func(m *Mail)
		want string
	}{
		{"subject", func(m *Mail) { m.HasSubject("Order 7") },
			"tagtest: the mail to ann@example.com, bob@example.com, audit@acme.example has another subject:\n  want: \"Order 7\"\n  got:  \"Grüße\""},
		{"header", func(m *Mail) { m.HasHeader("X-Order", "9") }, "has another X-Order:\n  want: \"9\"\n  got:  \"7\", \"8\""},
		{"no header", func(m *Mail) { m.HasHeader("X-None", "") }, "has another X-None:\n  want: \"\"\n  got:  none"},
		{"recipients", func(m *Mail) { m.GoesTo("ann@example.com", "eve@example.com") },
			"tagtest: the mail \"Grüße\" has other recipients:\n  missing: eve@example.com\n  not wanted: bob@example.com, audit@acme.example"},
		{"too many recipients", func(m *Mail) { m.GoesTo("ann@example.com") }, "  missing: none\n  not wanted: bob@example.com, audit@acme.example"},
		{"text", func(m *Mail) { m.TextContains("Dear", "Eve") }, "the text of the mail to ann@example.com, bob@example.com, audit@acme.example has no \"Eve\":\n  Dear Ann, confirm"},
		{"text too much", func(m *Mail) { m.TextLacks("Eve", "Ann") }, "has \"Ann\":\n  Dear Ann"},
		{"HTML", func(m *Mail) { m.HTMLContains("<h1>") }, "the HTML of the mail to ann@example.com, bob@example.com, audit@acme.example has no \"<h1>\":\n  <p>Dear Ann &amp; Bob"},
		{"HTML too much", func(m *Mail) { m.HTMLLacks("<p>") }, "has \"<p>\":\n  <p>Dear"},
		{"attachment", func(m *Mail) { m.HasAttachment("x.pdf", nil) }, "has no attachment \"x.pdf\", but: \"list.csv\", \"terms.pdf\""},
		{"text of an attachment", func(m *Mail) { m.HasAttachment("list.csv", []byte("a,b\r\n1,3")) },
			"the attachment \"list.csv\" of the mail to ann@example.com, bob@example.com, audit@acme.example has other contents (- want, + got):\n    a,b\n  - 1,3\n  + 1,2"},
		{"bytes of an attachment", func(m *Mail) { m.HasAttachment("terms.pdf", []byte("%PD_\x00\x00")) },
			"has other contents:\n  want: 6 bytes\n  got:  5 bytes, which differ from byte 3 on"},
		{"no attachment to return", func(m *Mail) { m.Attachment("x.pdf") }, "has no attachment \"x.pdf\", but: \"list.csv\", \"terms.pdf\""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.Contains(t, failure(t, func(f *fakeT) { tt.use(Read(f, full())) }), tt.want)
		})
	}
}

func TestEachPartThatIsMissingFails(t *testing.T) {
	f := fails(t, func(f *fakeT) { Read(f, full()).TextContains("x1", "Ann", "x2") })
	require.Len(t, f.failures, 2)
}

func TestShownBodyIsBounded(t *testing.T) {
	text := failure(t, func(f *fakeT) {
		Read(f, letter("Subject: x\n\n"+strings.Repeat("0123456\n", 2000))).TextContains("x")
	})
	require.Less(t, len(text), 12<<10)
	require.True(t, strings.HasSuffix(text, "\n  … and 7808 bytes more"), text[len(text)-60:])
	require.Contains(t, failure(t, func(f *fakeT) { Read(f, full()).contains("AMP", "", []string{"x"}) }), "(it is empty)")
}

func TestAddressesCompare(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"ann@example.com", "ann@EXAMPLE.com", true},
		{"ann@example.com", "Ann@example.com", false},
		{`"a b"@example.com`, "a b@example.com", true},
		{`"a\"b"@example.com`, `a"b@example.com`, true},
		{"ann@bücher.example", "ann@xn--bcher-kva.example", true},
		{"", "", true},
		{"ann", "ann", true},
		{"ann", "bob", false},
	} {
		require.Equal(t, tt.same, mailbox(tt.a) == mailbox(tt.b), "%s, %s", tt.a, tt.b)
	}
}

func TestLink(t *testing.T) {
	m := Read(t, full())
	require.Equal(t, []string{"https://acme.example/confirm?k=7&x=1", "https://acme.example/cancel"}, m.Links())
	require.Equal(t, "https://acme.example/cancel", m.Link("cancel"))
	for part, want := range map[string]string{
		"/order":       `0 links of the mail to ann@example.com, bob@example.com, audit@acme.example contain "/order", want one of:` + "\n  https://acme.example/confirm?k=7&x=1\n  https://acme.example/cancel",
		"acme.example": "2 links of the mail",
	} {
		require.Contains(t, failure(t, func(f *fakeT) { Read(f, full()).Link(part) }), want)
	}
}
