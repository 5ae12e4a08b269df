package compose

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStructure(t *testing.T) {
	var (
		text     = Part{"text/plain", "text"}
		html     = Part{"text/html", "<p>html"}
		amp      = Part{"text/x-amp-html", "<html amp4email>"}
		calendar = Part{"text/calendar", "BEGIN:VCALENDAR"}
		logo     = File{Name: "logo.png", Data: []byte("\x89PNG"), ContentID: "logo@x"}
		photo    = File{Name: "photo.jpg", Data: []byte("jpg"), ContentID: "photo@x"}
		terms    = File{Name: "terms.pdf", Data: []byte("%PDF")}
		notes    = File{Name: "notes.txt"}
	)
	for _, test := range []struct {
		want  string
		parts []Part
		files []File
	}{
		{"text/plain", nil, nil},
		{"text/plain", []Part{text}, nil},
		{"text/calendar", []Part{calendar}, nil},
		{"alternative(text/plain text/html)", []Part{html}, nil},
		{"alternative(text/plain text/html)", []Part{html, text}, nil},
		{"alternative(text/plain text/calendar)", []Part{calendar, text}, nil},
		{"alternative(text/plain text/x-amp-html text/html text/calendar)", []Part{calendar, html, amp}, nil},
		{"mixed(text/plain application/pdf)", nil, []File{terms}},
		{"mixed(text/plain application/pdf text/plain)", []Part{text}, []File{terms, notes}},
		{"mixed(text/plain application/pdf application/pdf)", []Part{text}, []File{terms, terms}},
		{"related(alternative(text/plain text/html) image/png)", []Part{html}, []File{logo}},
		{"related(alternative(text/plain text/html) image/png image/jpeg)", []Part{html, text}, []File{logo, photo, logo}},
		{"mixed(related(alternative(text/plain text/html) image/png) application/pdf)", []Part{text, html}, []File{terms, logo}},
		{"mixed(alternative(text/plain text/html) application/pdf)", []Part{text, html}, []File{terms}},
	} {
		data := mustWrite(t, Message{Parts: test.parts, Files: test.files})
		_, root := readStandard(t, data)
		require.Equal(t, test.want, root.structure())
		require.Equal(t, root, readGoMessage(t, data))
	}

	data := mustWrite(t, Message{Parts: []Part{html}, Files: []File{logo, terms}, NoText: true})
	_, root := readStandard(t, data)
	require.Equal(t, "mixed(related(text/html image/png) application/pdf)", root.structure())
	require.Equal(t, "text/html", paramOf(t, root.parts[0].kind, "type"))
}

// Everything of the fullest mail, byte for byte.
func TestWholeMessage(t *testing.T) {
	m := Message{
		Fields:    []Field{RawField("Message-ID", "<1@acme.example>")},
		Parts:     []Part{{"text/calendar", "BEGIN:VCALENDAR\nMETHOD:request\nEND:VCALENDAR\n"}, {"text/html", "<style>b{top:0}</style><b>Grüße</b> <img src=\"cid:logo@x\">"}},
		Files:     []File{{Name: "Größe.txt", Data: []byte("a\nb\x00")}, {Name: "logo.png", Data: []byte("\x89PNG"), ContentID: "logo@x"}},
		InlineCSS: true,
		Seed:      "<1@acme.example>",
	}
	require.Equal(t, crlf(`Message-ID: <1@acme.example>
MIME-Version: 1.0
Content-Type: multipart/mixed;
 boundary="=_M"

--=_M
Content-Type: multipart/related;
 boundary="=_R";
 type="multipart/alternative"

--=_R
Content-Type: multipart/alternative;
 boundary="=_A"

--=_A
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

R3LDvMOfZQ0K

--=_A
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<b style=3D"top:0">Gr=C3=BC=C3=9Fe</b> <img src=3D"cid:logo@x">

--=_A
Content-Type: text/calendar; charset=utf-8; method=REQUEST
Content-Transfer-Encoding: 7bit

BEGIN:VCALENDAR
METHOD:request
END:VCALENDAR

--=_A--

--=_R
Content-Type: image/png; name="logo.png"
Content-Transfer-Encoding: base64
Content-Disposition: inline; filename="logo.png"
Content-ID: <logo@x>

iVBORw==

--=_R--

--=_M
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe.txt

YQpiAA==

--=_M--
`), withoutBoundaries(string(mustWrite(t, m)), m.Seed))
}

// withoutBoundaries shortens the boundaries of a mail to "=_M", "=_R" and "=_A".
func withoutBoundaries(mail, seed string) string {
	for _, level := range []string{"mixed", "related", "alternative"} {
		mail = strings.ReplaceAll(mail, boundary(seed, level), "=_"+strings.ToUpper(level[:1]))
	}
	return mail
}

func TestNoText(t *testing.T) {
	_, root := readStandard(t, mustWrite(t, Message{Parts: []Part{{"text/html", "<p>a"}}, NoText: true}))
	require.Equal(t, &node{kind: "text/html; charset=utf-8", encoding: "7bit", data: "<p>a\r\n"}, root)
}

// A start tag that gets a style is written anew, with the line breaks of its values.
func TestInlinedLinesEndInCRLF(t *testing.T) {
	m := Message{Parts: []Part{{"text/html", "<style>p{top:0}</style><p title='a\r\nb\nc'>d"}}, InlineCSS: true, NoText: true}
	_, root := readStandard(t, mustWrite(t, m))
	require.Equal(t, "<p title=\"a\r\nb\r\nc\" style=\"top:0\">d\r\n", root.data)
}

func TestOnlyHTMLIsInlined(t *testing.T) {
	const source = "<style>p{top:0}</style><p>a"
	m := Message{Parts: []Part{{"text/html", source}, {"text/x-amp-html", source}, {"text/plain", source}}, InlineCSS: true}
	_, root := readStandard(t, mustWrite(t, m))
	require.Equal(t, source+"\r\n", root.parts[0].data)
	require.Equal(t, source+"\r\n", root.parts[1].data)
	require.Equal(t, "<p style=\"top:0\">a\r\n", root.parts[2].data)
	require.Equal(t, source, m.Parts[0].Text, "the message itself does not change")
}
