package tag

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEnvelope(t *testing.T) {
	m := one(t, "{{with sendmail \"bcc\" .}}\nFrom: Shop <shop@acme.example>\nTo: A <a@b.example>, c@bücher.example\nCc: a@B.example\nBcc: d@b.example\nReply-To: r@b.example\n\nx{{end}}", "e@b.example")
	require.Equal(t, "shop@acme.example", m.From)
	require.Equal(t, []string{"a@b.example", "c@xn--bcher-kva.example", "e@b.example"}, m.To, "each once; the word wins over the Bcc line")
	require.NotContains(t, string(m.Data), "e@b.example")
	require.NotContains(t, string(m.Data), "Bcc")
}

// A mail whole, but for what differs each time.
func TestMessage(t *testing.T) {
	m := one(t, "{{with sendmail}}\nX-B: 1\nSubject: Grüße\nTo: {{.}} <ann@example.com>\nFrom: Acme Shop <shop@acme.example>\nX-A: 2\n\nDear {{.}},\n\n.\n..dots\nFrom here\n{{end}}", "Ann")
	id := regexp.MustCompile(`<[a-z2-7]{26}@acme\.example>`)
	date := regexp.MustCompile(`Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}\r\n`)
	got := date.ReplaceAllString(id.ReplaceAllString(string(m.Data), "<ID>"), "Date: D\r\n")
	require.Equal(t, strings.ReplaceAll(`From: Acme Shop <shop@acme.example>
To: Ann <ann@example.com>
Subject: =?utf-8?b?R3LDvMOfZQ==?=
Date: D
Message-ID: <ID>
X-B: 1
X-A: 2
Auto-Submitted: auto-generated
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 7bit

Dear Ann,

.
..dots
From here
`, "\n", "\r\n"), got)
}

func TestTransferEncoding(t *testing.T) {
	for name, test := range map[string]struct{ body, want string }{
		"empty":            {"", "7bit"},
		"ASCII":            {"Dear Ann,\nwe have your order.", "7bit"},
		"long lines":       {strings.Repeat("word ", 1000), "quoted-printable"},
		"some umlauts":     {"Sehr geehrte Frau Müller, wir haben Ihre Bestellung.", "quoted-printable"},
		"chinese":          {"我们收到了您的订单。", "base64"},
		"control":          {"a page\x0bthat breaks", "quoted-printable"},
		"one endless line": {strings.Repeat("x", 1<<20), "quoted-printable"},
	} {
		t.Run(name, func(t *testing.T) {
			m := one(t, "{{sendmail \"from\" \"a@b.example\" \"to\" \"c@d.example\" \"text\" .}}", test.body)
			got := readMail(t, m)
			require.Equal(t, test.want, got.header.Get("Content-Transfer-Encoding"))
			require.Equal(t, strings.TrimRight(test.body, " "), strings.TrimSuffix(strings.ReplaceAll(got.body, "\r\n", "\n"), "\n"))
			for line := range bytes.Lines(m.Data) {
				require.LessOrEqual(t, len(line), 80)
			}
		})
	}
}

func TestMailTooLarge(t *testing.T) {
	const call = `{{sendmail "from" "a@b.example" "to" "c@d.example" "text" .}}`
	require.Contains(t, failing(t, call, strings.Repeat("x", defaultMaxSize)), "the mail is larger than 26214400 bytes")

	// What a loop prints is not gathered beyond the bound either.
	loop := "{{with sendmail}}\n" + head + "{{range $i := 1000000000}}{{$}}{{end}}{{end}}"
	require.Contains(t, failing(t, loop, strings.Repeat("x", 1<<20)), "the mail is larger than 26214400 bytes")
}

func TestHeadersTooLarge(t *testing.T) {
	const block = "{{with sendmail}}\nX-A: {{.}}\n" + head + "{{end}}"
	require.Contains(t, failing(t, block, strings.Repeat("word ", 30000)), "at most 102400 are allowed")
	one(t, block, strings.Repeat("word ", 15000))
}

func TestMessageIDsDiffer(t *testing.T) {
	const call = `{{sendmail "from" "a@b.example" "to" "c@d.example"}}`
	require.NotEqual(t, readMail(t, one(t, call, nil)).header.Get("Message-Id"), readMail(t, one(t, call, nil)).header.Get("Message-Id"))
}
