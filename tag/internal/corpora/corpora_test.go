package corpora

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPayload(t *testing.T) {
	for s, want := range map[string]string{
		`""`: "", `"a\r\nb"`: "a\r\nb", "hex:61ff": "a\xff", `gen:"x"*3`: "xxx", `gen:"a"*2+"\n"+"b"*10`: "aa\nbbbbbbbbbb", `gen:"a*2+"`: "a*2+",
	} {
		require.Equal(t, want, Payload(t, s), s)
	}
}

func TestRows(t *testing.T) {
	require.Equal(t, [][]string{{"a-1", `"x y"`, "keep"}, {"a-2", `""`, ""}}, Rows(t, "example.txt"))
}
