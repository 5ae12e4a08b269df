package decode

import (
	"fmt"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// lines makes a message of lines, ended by CRLF.
func lines(l ...string) []byte { return []byte(strings.Join(l, "\r\n") + "\r\n") }

func mustRead(t *testing.T, data []byte) *Message {
	t.Helper()
	m, err := Mail(data)
	require.NoError(t, err)
	return m
}

func TestWholeMail(t *testing.T) {
	m := mustRead(t, lines(
		`From: =?utf-8?q?Caf=C3=A9?= <shop@acme.example>`,
		`Sender: robot@acme.example`,
		`Reply-To: help@acme.example`,
		`To: "Lee, Ann" <ann@example.com>,`,
		` bob@example.com`,
		`Cc: =?iso-8859-1?q?Zo=EB?= <zoe@example.com>`,
		`Subject: =?utf-8?b?w5xiZXI=?= 7 `,
		`Date: Tue, 01 Jul 2025 10:00:00 +0200`,
		`Message-ID: <1@acme.example>`,
		`X-Order: 7`,
		`Content-Type: multipart/mixed; boundary=m`, ``,
		`--m`, `Content-Type: multipart/related; boundary=r`, ``,
		`--r`, `Content-Type: multipart/alternative; boundary=a`, ``,
		`--a`, `Content-Type: text/plain; charset=iso-8859-1`, `Content-Transfer-Encoding: quoted-printable`, ``, `Gr=FC=DFe,`, `Ann`,
		`--a`, `Content-Type: text/x-amp-html; charset=utf-8`, ``, `<html amp4email>`,
		`--a`, `Content-Type: TEXT/HTML; charset=utf-8`, `Content-Transfer-Encoding: base64`, ``, `PGI+SMOpPC9iPg==`,
		`--a`, `Content-Type: text/calendar; method=REQUEST`, ``, `BEGIN:VCALENDAR`,
		`--a--`,
		`--r`, `Content-Type: image/png; name=logo.png`, `Content-ID: <logo@acme>`, `Content-Disposition: inline`, `Content-Transfer-Encoding: base64`, ``, `iVBORw==`,
		`--r--`,
		`--m`, `Content-Type: text/csv; charset=iso-8859-1`, `Content-Disposition: attachment; filename*=utf-8''%C3%BCber.csv`, `Content-Transfer-Encoding: base64`, ``, `/A0K`,
		`--m--`))
	require.Empty(t, m.Problems)
	require.Equal(t, []mail.Address{{Name: "Café", Address: "shop@acme.example"}}, m.From)
	require.Equal(t, []mail.Address{{Address: "robot@acme.example"}}, m.Sender)
	require.Equal(t, []mail.Address{{Address: "help@acme.example"}}, m.ReplyTo)
	require.Equal(t, []mail.Address{{Name: "Lee, Ann", Address: "ann@example.com"}, {Address: "bob@example.com"}}, m.To)
	require.Equal(t, []mail.Address{{Name: "Zoë", Address: "zoe@example.com"}}, m.Cc)
	require.Equal(t, "Über 7", m.Subject)
	require.Equal(t, time.Date(2025, 7, 1, 8, 0, 0, 0, time.UTC), m.Date.UTC())
	require.Equal(t, "1@acme.example", m.MessageID)
	require.Equal(t, "Grüße,\nAnn", m.Text)
	require.Equal(t, "<html amp4email>", m.AMP)
	require.Equal(t, "<b>Hé</b>", m.HTML)
	require.Equal(t, "BEGIN:VCALENDAR", m.Calendar)
	require.Equal(t, []File{{"logo.png", "image/png", "logo@acme", []byte("\x89PNG")}}, m.Images)
	require.Equal(t, []File{{"über.csv", "text/csv", "", []byte("\xfc\r\n")}}, m.Attachments, "the content is not converted")
	require.Equal(t, `multipart/mixed
  multipart/related
    multipart/alternative
      text/plain
      text/x-amp-html
      text/html
      text/calendar
    image/png
  text/csv`, m.Structure)
	require.Equal(t, Field{"From", "Café <shop@acme.example>"}, m.Fields[0])
	require.Equal(t, Field{"To", `"Lee, Ann" <ann@example.com>, bob@example.com`}, m.Fields[3])
	require.Equal(t, "Message-ID", m.Fields[7].Name, "as it was written")
	require.Equal(t, Field{"X-Order", "7"}, m.Fields[8])
}

func TestBodies(t *testing.T) {
	for _, tt := range []struct {
		name      string
		mail      []byte
		text      string
		html      string
		files     string // names and types of attachments, then of images
		structure string
	}{
		{"no content type", lines("Subject: x", "", "a", "b"), "a\nb\n", "", "", "text/plain"},
		{"no body", lines("Subject: x"), "", "", "", "text/plain"},
		{"lines ended by LF", []byte("Subject: x\n\na\nb\n"), "a\nb\n", "", "", "text/plain"},
		{"html alone", lines("Content-Type: text/html", "", "<p>"), "", "<p>\n", "", "text/html"},
		{"a file alone", lines("Content-Type: application/pdf; name=x.pdf", "", "%PDF"), "", "", "x.pdf application/pdf", "application/pdf"},
		{"an attached text", parts("mixed", "Content-Type: text/plain\r\n\r\nhello", "Content-Disposition: ATTACHMENT; filename=a.txt\r\n\r\nfile"),
			"hello", "", "a.txt text/plain", "multipart/mixed\n  text/plain\n  text/plain"},
		{"an attached text without a name", parts("mixed", "Content-Disposition: attachment\r\n\r\nfile", "\r\nhello"),
			"hello", "", " text/plain", "multipart/mixed\n  text/plain\n  text/plain"},
		{"a named text in the line", parts("mixed", "Content-Disposition: inline; filename=a.txt\r\n\r\nfile", "\r\nhello"),
			"hello", "", "a.txt text/plain", "multipart/mixed\n  text/plain\n  text/plain"},
		{"a second text is a file", parts("mixed", "\r\nhello", "\r\nfooter"),
			"hello", "", " text/plain", "multipart/mixed\n  text/plain\n  text/plain"},
		{"an empty text is the body", parts("mixed", "Content-Type: text/plain\r\n\r\n", "\r\nfooter"),
			"", "", " text/plain", "multipart/mixed\n  text/plain\n  text/plain"},
		{"a message is a file", parts("mixed", "Content-Type: message/rfc822\r\n\r\nSubject: y\r\n\r\ninner"),
			"", "", " message/rfc822", "multipart/mixed\n  message/rfc822"},
		{"a digest holds messages", parts("digest", "\r\nSubject: y\r\n\r\ninner"),
			"", "", " message/rfc822", "multipart/digest\n  message/rfc822"},
		{"an attached image with an id", parts("mixed", "Content-Type: image/png; name=a.png\r\nContent-ID: <a>\r\nContent-Disposition: attachment\r\n\r\nx"),
			"", "", "a.png image/png", "multipart/mixed\n  image/png"},
		{"an image with an id", parts("related", "Content-Type: image/png; name=a.png\r\nContent-ID: <a>\r\n\r\nx"),
			"", "", "a.png image/png shown", "multipart/related\n  image/png"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := mustRead(t, tt.mail)
			require.Empty(t, m.Problems)
			require.Equal(t, tt.text, m.Text)
			require.Equal(t, tt.html, m.HTML)
			require.Equal(t, tt.structure, m.Structure)
			var files []string
			for _, f := range m.Attachments {
				files = append(files, f.Name+" "+f.Type)
			}
			for _, f := range m.Images {
				files = append(files, f.Name+" "+f.Type+" shown")
			}
			require.Equal(t, tt.files, strings.Join(files, ", "))
		})
	}
}

// parts makes a multipart of header and body of each part.
func parts(kind string, list ...string) []byte {
	return []byte("Content-Type: multipart/" + kind + "; boundary=b\r\n\r\n--b\r\n" + strings.Join(list, "\r\n--b\r\n") + "\r\n--b--\r\n")
}

func TestProblems(t *testing.T) {
	for _, tt := range []struct {
		name string
		mail []byte
		want string // in the only problem
		text string
	}{
		{"an address that is none", lines("To: ann at example.com", "", "hi"), "the header To cannot be read", "hi\n"},
		{"a date that is none", lines("Date: soon", "", "hi"), `the header Date cannot be read: "soon" is no date`, "hi\n"},
		{"an unknown charset in a header", lines("Subject: =?klingon?q?x?=", "", "hi"), "the header Subject cannot be decoded", "hi\n"},
		{"an unknown charset", lines("Content-Type: text/plain; charset=klingon", "", "h\xffi"), "a part is shown as it was sent: unknown charset", "h\uFFFDi\n"},
		{"an unknown encoding", lines("Content-Transfer-Encoding: rot13", "", "uv"), "a part is shown as it was sent", "uv\n"},
		{"bad base64", lines("Content-Transfer-Encoding: base64", "", "aGk=", "!"), "a part breaks off", "hi"},
		{"a type that is none", lines("Content-Type: text", "", "hi"), `the Content-Type "text" cannot be read`, "hi\n"},
		{"a parameter that is none", lines("Content-Type: text/plain; charset=\"", "", "hi"), "has a parameter that cannot be read", "hi\n"},
		{"no boundary", lines("Content-Type: multipart/mixed", "", "hi"), "has no boundary", ""},
		{"no end", []byte("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhi\r\n--b"), "a multipart/mixed breaks off", "hi"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := mustRead(t, tt.mail)
			require.NotEmpty(t, m.Problems)
			require.Contains(t, m.Problems[0], tt.want)
			require.Equal(t, tt.text, m.Text)
		})
	}
}

// Bytes that are no UTF-8 are shown as such, wherever they stand.
func TestBytesThatAreNoText(t *testing.T) {
	m := mustRead(t, lines("Subject: a\xffb", "Content-Type: text/plain; name=\"x\xff.txt\"", "", "x"))
	require.Equal(t, "a\uFFFDb", m.Subject)
	require.Equal(t, "a\uFFFDb", m.Fields[0].Value)
	require.Equal(t, "x\uFFFD.txt", m.Attachments[0].Name)
}

func TestProblemsAreBounded(t *testing.T) {
	m := mustRead(t, []byte(strings.Repeat("X-A: =?klingon?q?x?=\r\n", 5000)+"\r\n"))
	require.Len(t, m.Problems, 20)
	require.Len(t, m.Fields, 5000)
}

// nested is a message of depth multiparts inside one another.
func nested(depth int) []byte {
	var b strings.Builder
	for i := range depth {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
	}
	b.WriteString("\r\ndeep\r\n")
	for i := depth - 1; i >= 0; i-- {
		fmt.Fprintf(&b, "--b%d--\r\n", i)
	}
	return []byte(b.String())
}

func TestBounds(t *testing.T) {
	leaf := []string{"\r\nx"}
	for _, tt := range []struct {
		name string
		mail []byte
		want string // "": it is read
	}{
		{"as deep as may be", nested(30), ""},
		{"too deep", nested(31), "more than 30 multiparts inside one another"},
		{"far too deep", nested(10_000), "more than 30 multiparts inside one another"},
		{"as many parts as may be", parts("mixed", repeat(leaf, 999)...), ""},
		{"too many parts", parts("mixed", repeat(leaf, 1000)...), "more than 1000 parts"},
		{"a header as large as may be", sized("X: ", 1<<20, "\r\n\r\nhi"), ""},
		{"a larger header", sized("X: ", 1<<20+1, "\r\n\r\nhi"), "the header has 1048577 bytes: at most 1048576 are read"},
		{"a larger header with LF", sized("X: ", 1<<20+1, "\n\nhi"), "the header has 1048577 bytes"},
		{"a larger message", sized("X: y\r\n\r\n", 64<<20+1, ""), "has 67108865 bytes: at most 67108864 are read"},
		{"nothing", nil, "the header cannot be read: it has no fields"},
		{"no header", []byte("\r\nhi"), "it has no fields"},
		{"a line that is no field", lines("Subject: x", "hello", "", "hi"), "the header cannot be read: message: malformed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := Mail(tt.mail)
			if tt.want == "" {
				require.NoError(t, err)
				require.Empty(t, m.Problems)
				return
			}
			require.ErrorContains(t, err, tt.want)
			require.Nil(t, m)
		})
	}
}

func repeat(list []string, n int) []string {
	var all []string
	for range n {
		all = append(all, list...)
	}
	return all
}

// sized fills s up to n bytes.
func sized(s string, n int, end string) []byte {
	return []byte(s + strings.Repeat("x", n-len(s)) + end)
}

// What is quadratic in a parser takes minutes here.
func TestHostileHeadersAreFast(t *testing.T) {
	const n = 400_000
	for name, value := range map[string]string{
		"comments":       "(",
		"a phrase":       "a ",
		"a domain":       "a@[" + strings.Repeat("a", n),
		"groups":         "a:",
		"bad words":      "=?x?q?",
		"many addresses": "a@b.example, ",
	} {
		t.Run(name, func(t *testing.T) {
			value = strings.Repeat(value, max(1, n/len(value)))
			start := time.Now()
			mustRead(t, lines("To: "+value, "Subject: "+value, "", "hi"))
			require.Less(t, time.Since(start), 20*time.Second)
		})
	}
}
