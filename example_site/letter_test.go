package main

import (
	"net/mail"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
	"github.com/go-mailhost/mailhost/tag/tagtest"
)

func TestReadLetter(t *testing.T) {
	const headers = "From: Acme Shop <shop@acme.example>\r\nTo: =?utf-8?q?Zo=C3=AB?= <zoe@example.com>, ann@example.com\r\nSubject: =?utf-8?b?SMO2bGU=?= =?utf-8?q?s?=\r\n"
	for _, test := range []struct{ name, data, want, problem string }{
		{"plain", headers + "\r\nOne\r\nTwo\r\n", "One\nTwo\n", ""},
		{"quoted-printable", headers + "Content-Transfer-Encoding: quoted-printable\r\n\r\nZo=C3=AB =\r\nhere\r\n", "Zoë here\n", ""},
		{"base64", headers + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nWm/Dqw==\r\n", "Zoë", ""},
		{"empty", headers + "\r\n", "", ""},
		{"damaged base64", headers + "Content-Transfer-Encoding: base64\r\n\r\nWm9l!!\r\n", "Zoe", "a part breaks off"},
		{"long", headers + "\r\n" + strings.Repeat("x", maxShown+100), strings.Repeat("x", maxShown) + "\n(and more)", ""},
		{"cut in a character", headers + "\r\n" + strings.Repeat("x", maxShown-1) + "ëë", strings.Repeat("x", maxShown-1) + "\uFFFD\n(and more)", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := readLetter(hosttest.Mail{To: []string{"zoe@example.com"}, Data: []byte(test.data)})
			require.Equal(t, []mail.Address{{Name: "Acme Shop", Address: "shop@acme.example"}}, l.From)
			require.Equal(t, []mail.Address{{Name: "Zoë", Address: "zoe@example.com"}, {Address: "ann@example.com"}}, l.To)
			require.Equal(t, "Höles", l.Subject)
			require.Equal(t, []string{"zoe@example.com"}, l.Recipients)
			require.LessOrEqual(t, len(l.Source), maxShown+20)
			require.Equal(t, test.want, l.Text)
			require.Contains(t, strings.Join(l.Problems, "\n"), test.problem)
			require.Equal(t, test.problem == "", len(l.Problems) == 0)
		})
	}
}

func TestALetterThatIsNone(t *testing.T) {
	l := readLetter(hosttest.Mail{Data: []byte("no header at all")})
	require.Contains(t, l.Problems[0], "the header cannot be read")
	require.Equal(t, "no header at all", l.Source)
	require.Empty(t, l.Files())
}

func TestFilesOfALetter(t *testing.T) {
	l := letter{Message: &tagtest.Message{
		Attachments: []tagtest.File{{Name: "a"}}, Images: []tagtest.File{{Name: "b"}}, Calendar: "BEGIN:VCALENDAR",
	}}
	require.Equal(t, []tagtest.File{{Name: "a"}, {Name: "b"}, {Name: "invitation.ics", Type: "text/calendar", Data: []byte("BEGIN:VCALENDAR")}}, l.Files())
}

func FuzzReadLetter(f *testing.F) {
	f.Add([]byte("Subject: a\r\n\r\nb"))
	f.Add([]byte("Content-Transfer-Encoding: base64\r\n\r\n!"))
	f.Add([]byte("From: <\r\nTo: =?x?b?"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l := readLetter(hosttest.Mail{Data: data})
		require.LessOrEqual(t, utf8.RuneCountInString(l.Text), maxShown+20)
		require.LessOrEqual(t, utf8.RuneCountInString(l.Source), maxShown+20)
		require.True(t, utf8.ValidString(l.Text))
		require.True(t, utf8.ValidString(l.Source))
	})
}
