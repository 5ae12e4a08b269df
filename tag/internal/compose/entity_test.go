package compose

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAppendBase64(t *testing.T) {
	for n := range 300 {
		data := bytes.Repeat([]byte{0xfb}, n)
		got := string(appendBase64(nil, data))
		require.Len(t, got, base64Size(n))
		require.Equal(t, base64.StdEncoding.EncodeToString(data), strings.ReplaceAll(got, "\r\n", ""))
		for line := range strings.Lines(got) {
			require.True(t, strings.HasSuffix(line, "\r\n"))
			require.LessOrEqual(t, len(line), 78)
		}
	}
}

// A part is read back with the line breaks at its end, and without one of ours.
func TestPartsKeepTheirEnds(t *testing.T) {
	leaf := func(body string) *entity {
		return &entity{head: []byte("Content-Type: text/plain\r\n"), body: []byte(body)}
	}
	m := Message{}
	bodies := []string{"", "\r\n", "a", "a\r\n", "a\r\n\r\n", "\r\na"}
	var leaves []*entity
	for _, b := range bodies {
		leaves = append(leaves, leaf(b))
	}
	root := m.multipart("mixed", leaves)
	data := root.appendTo(nil)
	require.Len(t, data, root.size())
	_, got := readStandard(t, data)
	require.Len(t, got.parts, len(bodies))
	for i, b := range bodies {
		require.Equal(t, b, got.parts[i].data)
	}
}
