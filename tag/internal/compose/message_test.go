package compose

import (
	"bytes"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// crlf makes a mail of a literal.
func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }

func TestPlainText(t *testing.T) {
	m := Message{
		Fields: []Field{TextField("Subject", "Grüße"), RawField("Message-ID", "<1@acme.example>")},
		Parts:  []Part{{"text/plain", "Dear Ann,\n\n.\n..dots\nFrom here\n\n"}},
	}
	require.Equal(t, crlf(`Subject: =?utf-8?b?R3LDvMOfZQ==?=
Message-ID: <1@acme.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 7bit

Dear Ann,

.
..dots
From here
`), string(mustWrite(t, m)))
}

func TestEmptyMessage(t *testing.T) {
	require.Equal(t, crlf("MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 7bit\n\n"), string(mustWrite(t, Message{})))
}

func TestMessageErrors(t *testing.T) {
	html := []Part{{"text/html", "<p>"}}
	for name, test := range map[string]struct {
		message Message
		reason  string
	}{
		"unknown part":       {Message{Parts: []Part{{"text/csv", ""}}}, `there is no part of type "text/csv"`},
		"two parts":          {Message{Parts: []Part{{"text/html", "a"}, {"text/html", "b"}}}, "two parts of type text/html: write one"},
		"AMP alone":          {Message{Parts: []Part{{"text/x-amp-html", ""}}}, "text/x-amp-html alone"},
		"image without HTML": {Message{Parts: []Part{{"text/plain", ""}}, Files: []File{{ContentID: "a"}}}, "embeds 1 images and has no HTML part"},
		"two of an id":       {Message{Parts: html, Files: []File{{Name: "a", ContentID: "x"}, {Name: "b", ContentID: "x"}}}, `the files "a" and "b" have the same Content-ID`},
		"two data of an id":  {Message{Parts: html, Files: []File{{Name: "a", ContentID: "x"}, {Name: "a", ContentID: "x", Data: []byte("y")}}}, "the same Content-ID"},
		"bad Content-ID":     {Message{Parts: html, Files: []File{{ContentID: "a>\r\nX: y"}}}, "letters, digits"},
		"long Content-ID":    {Message{Parts: html, Files: []File{{ContentID: strings.Repeat("x", 201)}}}, "at most 200 are allowed"},
		"file name":          {Message{Files: []File{{Name: "a\nb"}}}, "has a line break"},
		"file type":          {Message{Files: []File{{Name: "a.eml", Type: "message/rfc822"}}}, `the file "a.eml": "message/rfc822" cannot be`},
		"too many files":     {Message{Files: make([]File, 101)}, "the mail has 101 files: at most 100 are allowed"},
		"METHOD":             {Message{Parts: []Part{{"text/calendar", "BEGIN:VCALENDAR\nMETHOD:a b"}}}, `METHOD is "a b": write one word`},
		"bad CSS":            {Message{Parts: []Part{{"text/html", "<style>'</style>"}}, InlineCSS: true}, "style rules cannot be read"},
		"deep HTML":          {Message{Parts: []Part{{"text/html", strings.Repeat("<div>", 1000)}}}, "the HTML part cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			data, err := test.message.Bytes()
			require.ErrorContains(t, err, test.reason)
			require.Nil(t, data)
			require.Less(t, len(err.Error()), 400)
		})
	}
	mustWrite(t, Message{Files: make([]File, 100)})
}

func TestMaxSize(t *testing.T) {
	m := Message{
		Fields: []Field{TextField("Subject", "x")},
		Parts:  []Part{{"text/html", "<p>" + strings.Repeat("é", 5000)}},
		Files:  []File{{Name: "a.bin", Data: make([]byte, 5000)}},
	}
	size := len(mustWrite(t, m))
	m.MaxSize = size
	require.Len(t, mustWrite(t, m), size)
	for _, limit := range []int{size - 1, size / 2, 1} {
		m.MaxSize = limit
		_, err := m.Bytes()
		require.ErrorContains(t, err, "the mail is larger than")
	}
}

// What is far too large is refused before anything is made of it.
func TestMaxSizeIsCheckedEarly(t *testing.T) {
	data := make([]byte, 32<<20)
	for _, m := range []Message{
		{Files: []File{{Name: "a", Data: data}}, MaxSize: 40 << 20},
		{Parts: []Part{{"text/plain", string(data)}}, MaxSize: 20 << 20},
	} {
		before := allocated()
		_, err := m.Bytes()
		require.Less(t, allocated()-before, uint64(10_000))
		require.ErrorContains(t, err, "the mail is larger than")
	}
}

// A large file is copied once, into the result.
func TestMemoryOfLargeFiles(t *testing.T) {
	m := Message{Files: []File{{Name: "a.bin", Type: "application/octet-stream", Data: bytes.Repeat([]byte("x"), 20<<20)}}}
	before := allocated()
	data, err := m.Bytes()
	grown := allocated() - before
	require.NoError(t, err)
	require.Equal(t, len(data), cap(data), "the result has the size that was reckoned")
	require.Less(t, grown, uint64(len(data))*11/10)
}

func TestSizeIsExact(t *testing.T) {
	for n := range 200 {
		m := Message{
			Parts: []Part{{"text/plain", strings.Repeat("é", n%7) + "x"}, {"text/html", "<p>"}},
			Files: []File{{Name: strings.Repeat("ä", n), Data: make([]byte, n)}, {Name: "l.png", ContentID: "c"}},
		}
		data := mustWrite(t, m)
		require.Equal(t, cap(data), len(data))
	}
}

func TestHeaderTooLarge(t *testing.T) {
	m := Message{Fields: []Field{TextField("X-A", strings.Repeat("word ", 30000))}}
	_, err := m.Bytes()
	require.ErrorContains(t, err, "at most 102400 are allowed")
	mustWrite(t, Message{Fields: []Field{TextField("X-A", strings.Repeat("word ", 19000))}})
}

func TestSameInputSameBytes(t *testing.T) {
	m := Message{
		Parts:     []Part{{"text/html", "<style>p{top:0}b{top:1px}i{left:0}</style><p><b>a</b><i>b</i>"}},
		Files:     []File{{Name: "a.csv", Type: "text/csv; header=present; charset=utf-8", Data: []byte("a")}},
		InlineCSS: true,
		Seed:      "one",
	}
	one := mustWrite(t, m)
	for range 50 {
		require.Equal(t, one, mustWrite(t, m))
	}
	m.Seed = "two"
	require.NotEqual(t, one, mustWrite(t, m))
}

// allocated returns how many bytes were ever allocated.
func allocated() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
}
