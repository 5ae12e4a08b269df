package manage

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMbox(t *testing.T) {
	at := time.Date(2026, 11, 5, 9, 4, 3, 0, time.FixedZone("", 3600))
	for _, tt := range []struct{ name, from, data, want string }{
		{"a mail", "shop@acme.example", "Subject: x\r\n\r\nhi\r\n", "From shop@acme.example Thu Nov  5 08:04:03 2026\nSubject: x\n\nhi\n\n"},
		{"the null sender", "", "a: b\r\n", "From MAILER-DAEMON Thu Nov  5 08:04:03 2026\na: b\n\n"},
		{"a sender with a blank", `"a b"@x.example`, "a: b\r\n", "From \"a_b\"@x.example Thu Nov  5 08:04:03 2026\na: b\n\n"},
		{"separators within", "a@b", "a: b\r\n\r\nFrom here\r\n>From there\r\n>>From\r\nfrom\r\nFrom:\r\n",
			"From a@b Thu Nov  5 08:04:03 2026\na: b\n\n>From here\n>>From there\n>>From\nfrom\nFrom:\n\n"},
		{"no end of line", "a@b", "a: b", "From a@b Thu Nov  5 08:04:03 2026\na: b\n\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			require.NoError(t, newMbox(&out).add(tt.from, at, []byte(tt.data)))
			require.Equal(t, tt.want, out.String())
		})
	}
}

// unquote takes the mails of a file apart again.
func unquote(file string) (mails []string) {
	for line := range strings.Lines(file) {
		switch {
		case strings.HasPrefix(line, "From "):
			mails = append(mails, "")
			continue
		case strings.HasPrefix(strings.TrimLeft(line, ">"), "From "):
			line = strings.TrimPrefix(line, ">")
		}
		mails[len(mails)-1] += strings.TrimSuffix(line, "\n") + "\r\n"
	}
	for i := range mails {
		mails[i] = strings.TrimSuffix(mails[i], "\r\n") // the empty line between mails
	}
	return mails
}

func FuzzMbox(f *testing.F) {
	f.Add("From x\r\n>From y\r\n\r\nFrom ", "z\r\n")
	f.Fuzz(func(t *testing.T, first, second string) {
		// Lines that end with CRLF, as host.CheckData wants them.
		var want []string
		var out strings.Builder
		m := newMbox(&out)
		for _, text := range []string{first, second} {
			text = strings.ReplaceAll(strings.ReplaceAll(text, "\r", ""), "\n", "\r\n") + "\r\n"
			want = append(want, text)
			require.NoError(t, m.add("a@b", time.Now(), []byte(text)))
		}
		require.Equal(t, want, unquote(out.String()))
	})
}
