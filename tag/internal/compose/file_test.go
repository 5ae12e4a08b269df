package compose

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A file's type is written with its parameters.
func TestFileTypeIsWritten(t *testing.T) {
	m := Message{Files: []File{{Name: "a.csv", Type: `Text/CSV; header="a; b"; charset=iso-8859-1`, Data: []byte("\xe4")}}}
	_, root := readStandard(t, mustWrite(t, m))
	require.Equal(t, `text/csv; charset="iso-8859-1"; header="a; b"; name="a.csv"`, root.parts[1].kind)
	require.Equal(t, "\xe4", root.parts[1].data)
}

func TestContentID(t *testing.T) {
	one := ContentID("logo.png", []byte("a"))
	require.Equal(t, one, ContentID("logo.png", []byte("a")))
	require.NoError(t, checkContentID(one))
	require.Regexp(t, `^[a-z2-7]{24}@mailhost$`, one)
	for _, other := range []string{ContentID("logo.pn", []byte("ga")), ContentID("logo.png", []byte("b")), ContentID("b.png", []byte("a")), ContentID("logo.png", nil)} {
		require.NotEqual(t, one, other)
	}
}

func TestCheckContentID(t *testing.T) {
	for _, id := range []string{"a", "a@b", "A.b-c_d+e@f.example", strings.Repeat("x", 200)} {
		require.NoError(t, checkContentID(id), id)
	}
	for _, id := range []string{"a b", "<a>", "a%40b", "a\"", "a\r\n", "ä", "a/b", strings.Repeat("x", 201)} {
		require.ErrorContains(t, checkContentID(id), "the Content-ID", id)
	}
}

// The content of a file comes back byte for byte, whatever its length.
func TestFileContent(t *testing.T) {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	for _, data := range [][]byte{nil, {0}, every, bytes.Repeat([]byte("\r\n.\r\n"), 100), bytes.Repeat(every, 30), every[:57], every[:58], every[:59], every[:60], every[:61], []byte("--=_x\r\n")} {
		for cut := range min(len(data), 4) {
			content := data[cut:]
			written := mustWrite(t, Message{Files: []File{{Name: "a.bin", Data: content}}})
			_, root := readStandard(t, written)
			require.Equal(t, string(content), root.parts[1].data)
			require.Equal(t, "base64", root.parts[1].encoding)
			for line := range bytes.Lines(written) {
				require.LessOrEqual(t, len(line), 76+len("\r\n"))
			}
		}
	}
}

// The type is the author's, or else is found; the name stands in it where it is plain.
func TestFileHeader(t *testing.T) {
	for _, test := range []struct {
		file           File
		kind, disposed string
	}{
		{File{Name: "a.pdf"}, `application/pdf; name="a.pdf"`, `attachment; filename="a.pdf"`},
		{File{Name: "dir/a.pdf", Type: "image/png"}, `image/png; name="a.pdf"`, `attachment; filename="a.pdf"`},
		{File{Name: "ä.pdf"}, `application/pdf`, `attachment; filename*=utf-8''%C3%A4.pdf`},
		{File{Name: "", Type: "a/b"}, `a/b; name="attachment"`, `attachment; filename="attachment"`},
		{File{Name: "=?x?q?y?=", Type: "a/b"}, `a/b`, `attachment; filename*=utf-8''%3D%3Fx%3Fq%3Fy%3F%3D`},
	} {
		leaf, err := test.file.leaf()
		require.NoError(t, err)
		require.Equal(t, crlf("Content-Type: "+test.kind+"\nContent-Transfer-Encoding: base64\nContent-Disposition: "+test.disposed+"\n"), string(leaf.head))
	}
}
