package compose

import (
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
	data, err := m.Bytes()
	require.NoError(t, err)
	require.Equal(t, crlf(`Subject: =?utf-8?b?R3LDvMOfZQ==?=
Message-ID: <1@acme.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 7bit

Dear Ann,

.
..dots
From here
`), string(data))
}
