package compose

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-message/mail"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
)

var benchText = strings.Repeat("Dear Ann, we have your order of a hat, and it leaves today.\n", 30)

var benchHTML = "<html><body>" + strings.Repeat(`<p style="margin:0">Dear Ann, we have <b>your order</b> of a hat &amp; it leaves today.</p>`+"\n", 30) + "</body></html>"

var benchMails = []struct {
	name string
	mail Message
}{
	{"text", Message{Parts: []Part{{TypeText, benchText}}}},
	{"text and HTML", Message{Parts: []Part{{TypeText, benchText}, {TypeHTML, benchHTML}}}},
	{"HTML, its text made", Message{Parts: []Part{{TypeHTML, benchHTML}}}},
	{"HTML, styles inlined", Message{Parts: []Part{{TypeText, benchText}, {TypeHTML, "<style>p{color:red}b{top:0}</style>" + benchHTML}}, InlineCSS: true}},
	{"1 MB attached", Message{Parts: []Part{{TypeText, benchText}}, Files: []File{{Name: "a.bin", Type: "application/octet-stream", Data: bytes.Repeat([]byte("0123456789abcdef"), 1<<16)}}}},
}

func benchFields() []Field {
	return []Field{
		AddressField("From", []Address{{"Acme Shop", host.Mailbox{Local: "shop", Domain: "acme.example"}}}),
		AddressField("To", []Address{{"Jörg", host.Mailbox{Local: "joerg", Domain: "example.com"}}}),
		TextField("Subject", "Ihre Bestellung für Jörg ist bestätigt"),
		RawField("Message-ID", "<1@acme.example>"),
	}
}

func BenchmarkBytes(b *testing.B) {
	for _, test := range benchMails {
		b.Run(test.name, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				test.mail.Fields = benchFields()
				data, err := test.mail.Bytes()
				require.NoError(b, err)
				b.SetBytes(int64(len(data)))
			}
		})
	}
}

// BenchmarkAgainstGoMessage writes each mail in turn here and with go-message, and
// reports how many times as long go-message takes.
func BenchmarkAgainstGoMessage(b *testing.B) {
	for _, test := range benchMails[:2] {
		b.Run(test.name, func(b *testing.B) { against(b, test.mail) })
	}
	last := benchMails[len(benchMails)-1]
	b.Run(last.name, func(b *testing.B) { against(b, last.mail) })
}

func against(b *testing.B, m Message) {
	var ours, theirs time.Duration
	for range b.N {
		begin := time.Now()
		m.Fields = benchFields()
		_, err := m.Bytes()
		require.NoError(b, err)
		between := time.Now()
		writeGoMessage(b, m)
		ours += between.Sub(begin)
		theirs += time.Since(between)
	}
	b.ReportMetric(float64(theirs)/float64(ours), "times-as-long")
}

// writeGoMessage writes a mail with go-message, in the same structure.
func writeGoMessage(b *testing.B, m Message) []byte {
	var h mail.Header
	h.SetAddressList("From", []*mail.Address{{Name: "Acme Shop", Address: "shop@acme.example"}})
	h.SetAddressList("To", []*mail.Address{{Name: "Jörg", Address: "joerg@example.com"}})
	h.SetSubject("Ihre Bestellung für Jörg ist bestätigt")
	h.SetMessageID("1@acme.example")
	var buf bytes.Buffer
	w, err := mail.CreateWriter(&buf, h)
	require.NoError(b, err)
	texts, err := w.CreateInline()
	require.NoError(b, err)
	for _, p := range m.Parts {
		var h mail.InlineHeader
		h.SetContentType(p.Type, map[string]string{"charset": "utf-8"})
		h.Set("Content-Transfer-Encoding", "quoted-printable")
		pw, err := texts.CreatePart(h)
		require.NoError(b, err)
		writeAll(b, pw, []byte(p.Text))
	}
	require.NoError(b, texts.Close())
	for _, f := range m.Files {
		var h mail.AttachmentHeader
		h.SetContentType(f.Type, nil)
		h.SetFilename(f.Name)
		h.Set("Content-Transfer-Encoding", "base64")
		fw, err := w.CreateAttachment(h)
		require.NoError(b, err)
		writeAll(b, fw, f.Data)
	}
	require.NoError(b, w.Close())
	return buf.Bytes()
}

func writeAll(b *testing.B, w io.WriteCloser, data []byte) {
	_, err := w.Write(data)
	require.NoError(b, err)
	require.NoError(b, w.Close())
}
