package compose

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFileType(t *testing.T) {
	const eml = "From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
	for _, test := range []struct{ name, data, want string }{
		{"a.pdf", "no PDF", "application/pdf"},
		{"A.PDF", "", "application/pdf"},
		{"a.txt", "Grüße", "text/plain; charset=utf-8"},
		{"a.txt", "Gr\xfc\xdfe", "text/plain"},
		{"a.csv", "a,b", "text/csv; charset=utf-8"},
		{"a.ics", "BEGIN:VCALENDAR", "text/calendar; charset=utf-8"},
		{"a.docx", "PK", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		{"a.svg", "<svg>", "image/svg+xml"},
		{"a", "%PDF-1.4", "application/pdf"},
		{"a.unknown", "\x89PNG\r\n\x1a\n", "image/png"},
		{"a", "Hello", "text/plain; charset=utf-8"},
		{"a", "", "text/plain; charset=utf-8"},
		{"a", "\x00\x01\x02", "application/octet-stream"},
		{"a.eml", eml, "application/octet-stream"},
	} {
		got := FileType(test.name, []byte(test.data))
		require.Equal(t, test.want, got, "%s", test.name)
		checked, err := CheckFileType(got)
		require.NoError(t, err)
		require.Equal(t, got, checked)
	}
	require.True(t, isComposite("message/rfc822") && isComposite("multipart/mixed"))
}

func TestCheckFileType(t *testing.T) {
	for given, want := range map[string]string{
		"image/png":   "image/png",
		" Image/PNG ": "image/png",
		"text/csv;header=present;CHARSET=\"utf-8\"": "text/csv; charset=utf-8; header=present",
		"a/b; x=\"a b;c\\\"\"":                      `a/b; x="a b;c\""`,
	} {
		got, err := CheckFileType(given)
		require.NoError(t, err, given)
		require.Equal(t, want, got)
		again, err := CheckFileType(got)
		require.NoError(t, err)
		require.Equal(t, got, again)
	}
	for given, reason := range map[string]string{
		"":                              "write it like",
		"png":                           "it has no slash",
		"image/":                        "write it like",
		"/png":                          "write it like",
		"a b/c":                         "write it like",
		"image/png\r\nX: y":             "printable ASCII",
		"image/png\n":                   "printable ASCII",
		"image/größe":                   "printable ASCII",
		"Multipart/mixed":               "taken apart by readers",
		"message/rfc822":                "taken apart by readers",
		"a/b; c":                        "write it like",
		"a/b; name=x":                   "leave it out",
		"a/b; boundary=x":               "leave it out",
		"a/b; x*=utf-8''%0d%0a":         "is not plain",
		"a/b; c=d; c=e":                 "write it like",
		"a/" + strings.Repeat("b", 200): "at most 200 characters",
	} {
		got, err := CheckFileType(given)
		require.ErrorContains(t, err, reason, given)
		require.Empty(t, got)
		require.Less(t, len(err.Error()), 300)
	}
}
