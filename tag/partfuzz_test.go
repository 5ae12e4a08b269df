package tag

import (
	"bytes"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/mail"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-message"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

const fuzzPage = "{{with sendmail \"inline-css\" \"subject\" .S}}\nFrom: shop@acme.example\nTo: {{.S}} <" + victim + ">\n\n" + `
{{with part "text/plain"}}Begin
{{.S}}
End{{end}}
{{with part "text/html"}}<html><head><style>p { color: red }</style></head><body><!--[if mso]>{{.S}}<![endif]--><p title="{{.S}}">{{.S}}</p><img src="{{embed .N .Data}}" alt='{{.S}}'></body></html>{{end}}
{{with part "text/calendar"}}
BEGIN:VCALENDAR
METHOD:PUBLISH
SUMMARY:{{.S}}
END:VCALENDAR
{{end}}
{{attach .N .Data}}{{attach "fixed.txt" .Text}}{{end}}`

// Whatever the values, the mail has the parts and files that its template's literal
// text has, for the standard library's reader and for go-message.
func FuzzParts(f *testing.F) {
	for _, name := range []string{"header_injection.txt", "smuggling.txt"} {
		for _, row := range corpus(f, name) {
			f.Add(payload(f, row[2]), "a.png", []byte("x"))
		}
	}
	for _, row := range corpus(f, "template_values.txt") {
		f.Add(payload(f, row[1]), payload(f, row[1]), []byte("\x89PNG\r\n\x1a\n"))
	}
	f.Add("--><script>alert(1)</script>", "\"; filename=\"evil.exe", []byte("--b\r\n\r\n"))
	set := mustParse(f, files{"page.html": fuzzPage})
	f.Fuzz(func(t *testing.T, s, name string, data []byte) {
		_, mails, err := run(set, "page.html", map[string]any{"S": s, "N": name, "Data": data, "Text": []byte(s)})
		if err != nil {
			require.ErrorContains(t, err, "the file name ", "nothing else may fail")
			return
		}
		require.Equal(t, []string{victim}, mails[0].Mail.To)
		checkWire(t, mails[0].Mail.Data)
		checkPartHeaders(t, mails[0].Mail)
		want := []string{"multipart/mixed", "multipart/related", "multipart/alternative", "text/plain", "text/html", "text/calendar", "image", "file", "file"}
		require.Equal(t, want, structure(t, mails[0].Mail.Data))
		require.Equal(t, want, goMessageStructure(t, mails[0].Mail.Data))
		d := decoded(t, mails[0].Mail)
		require.Len(t, d.Images, 1)
		require.Len(t, d.Attachments, 2)
		require.Equal(t, len(data), len(d.Attachments[0].Data))
		require.True(t, bytes.Equal(data, d.Attachments[0].Data) && bytes.Equal(data, d.Images[0].Data))
		require.Equal(t, s, string(d.Attachments[1].Data))
		require.Equal(t, "fixed.txt", d.Attachments[1].Name)
		require.True(t, strings.HasPrefix(d.Text, "Begin\n") && strings.HasSuffix(d.Text, "\nEnd\n"), "%q", d.Text)
		require.Equal(t, 1, strings.Count(d.HTML, "<img "), "%q", d.HTML)
		require.Equal(t, 1, strings.Count(d.HTML, "<p "), "%q", d.HTML)
		require.Equal(t, 1, strings.Count(d.HTML, "<![endif]-->"), "%q", d.HTML)
		require.NotContains(t, d.HTML, "<script")
		require.Equal(t, 4, strings.Count(strings.ReplaceAll(strings.TrimSpace(d.Calendar), "\n ", ""), "\n")+1, "%q", d.Calendar)
	})
}

// checkPartHeaders checks that the mail has the headers of its template and no others.
func checkPartHeaders(t *testing.T, m *queue.Mail) {
	t.Helper()
	names := slices.Sorted(maps.Keys(readMail(t, m).header))
	names = slices.DeleteFunc(names, func(name string) bool { return name == "Subject" }) // it may be left empty
	require.Equal(t, []string{"Auto-Submitted", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "To"}, names)
}

// goMessageStructure returns the kinds of a message's parts as go-message reads them.
func goMessageStructure(t *testing.T, data []byte) []string {
	t.Helper()
	root, err := message.Read(bytes.NewReader(data))
	require.NoError(t, err)
	var list []string
	require.NoError(t, root.Walk(func(_ []int, e *message.Entity, err error) error {
		if err != nil {
			return err
		}
		kind, _, err := e.Header.ContentType()
		require.NoError(t, err)
		list = append(list, kindOf(kind, e.Header.Get("Content-Disposition")))
		return nil
	}))
	return list
}

// kindOf returns what a part is to a reader.
func kindOf(media, disposition string) string {
	switch {
	case strings.HasPrefix(disposition, "inline"):
		return "image"
	case disposition != "":
		return "file"
	}
	return media
}

// structure returns the kinds of a message's parts, in order, as net/mail and
// mime/multipart read them.
func structure(t *testing.T, data []byte) []string {
	m, err := mail.ReadMessage(bytes.NewReader(data))
	require.NoError(t, err)
	return kinds(t, m.Header.Get("Content-Type"), "", m.Body)
}

func kinds(t *testing.T, contentType, disposition string, body io.Reader) []string {
	media, params, err := mime.ParseMediaType(contentType)
	require.NoError(t, err)
	list := []string{kindOf(media, disposition)}
	if !strings.HasPrefix(list[0], "multipart/") {
		return list
	}
	for parts := multipart.NewReader(body, params["boundary"]); ; {
		p, err := parts.NextRawPart()
		if err == io.EOF {
			return list
		}
		require.NoError(t, err)
		list = append(list, kinds(t, p.Header.Get("Content-Type"), p.Header.Get("Content-Disposition"), p)...)
	}
}
