package decode

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// Whatever the bytes, there is a message in UTF-8 within the bounds, or an error.
func FuzzMail(f *testing.F) {
	f.Add([]byte("Subject: x\r\n\r\nhi"))
	f.Add([]byte("To: =?x?b?, <a@[(\r\nDate: \r\n\r\n"))
	f.Add(nested(3))
	f.Add(nested(40))
	f.Add(parts("digest", "\r\nSubject: y\r\n\r\ninner", "Content-Transfer-Encoding: base64\r\n\r\n!"))
	f.Add(parts("alternative", "Content-Type: text/html; charset=utf-16\r\n\r\n\xff\xfe<\x00", "Content-Type: text/calendar; charset=gb18030\r\n\r\n\x81"))
	f.Add(parts("mixed; boundary=\"\"", "Content-Disposition: attachment; filename*0*=utf-8''%ff; filename*1=x\r\n\r\n", "--b--"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Mail(data)
		if err != nil {
			require.True(t, strings.HasPrefix(err.Error(), "decode: "), err)
			return
		}
		require.NotEmpty(t, m.Fields)
		require.LessOrEqual(t, len(m.Problems), maxProblems)
		require.Less(t, strings.Count(m.Structure, "\n"), maxParts)
		for _, text := range []string{m.Text, m.HTML, m.Calendar, m.AMP, m.Subject} {
			require.True(t, utf8.ValidString(text))
		}
		for _, file := range append(m.Images, m.Attachments...) {
			require.True(t, utf8.ValidString(file.Name))
		}
	})
}
