package main

import (
	"strings"
	"testing"

	"github.com/emersion/go-message/mail"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

func TestReadLetter(t *testing.T) {
	const headers = "From: Acme Shop <shop@acme.example>\r\nTo: =?utf-8?q?Zo=C3=AB?= <zoe@example.com>, ann@example.com\r\nSubject: =?utf-8?b?SMO2bGU=?= =?utf-8?q?s?=\r\n"
	for _, test := range []struct{ name, data, want string }{
		{"plain", headers + "\r\nOne\r\nTwo\r\n", "One\nTwo\n"},
		{"quoted-printable", headers + "Content-Transfer-Encoding: quoted-printable\r\n\r\nZo=C3=AB =\r\nhere\r\n", "Zoë here\n"},
		{"base64", headers + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nWm/Dqw==\r\n", "Zoë"},
		{"empty", headers + "\r\n", ""},
		{"damaged base64", headers + "Content-Transfer-Encoding: base64\r\n\r\nWm9l!!\r\n", "Zoe\n(the rest cannot be read: "},
		{"long", headers + "\r\n" + strings.Repeat("x", maxShown+100), strings.Repeat("x", maxShown)},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := readLetter(hosttest.Mail{To: []string{"zoe@example.com"}, Data: []byte(test.data)})
			require.Equal(t, []*mail.Address{{Name: "Acme Shop", Address: "shop@acme.example"}}, l.From)
			require.Equal(t, []*mail.Address{{Name: "Zoë", Address: "zoe@example.com"}, {Address: "ann@example.com"}}, l.To)
			require.Equal(t, "Höles", l.Subject)
			require.Equal(t, []string{"zoe@example.com"}, l.Recipients)
			require.LessOrEqual(t, len(l.Text), maxShown+200)
			require.LessOrEqual(t, len(l.Source), maxShown)
			require.Equal(t, test.want, l.Text[:min(len(l.Text), len(test.want))])
			require.Equal(t, test.want == "", l.Text == "")
		})
	}
}

func TestALetterThatIsNone(t *testing.T) {
	l := readLetter(hosttest.Mail{Data: []byte("no header at all")})
	require.Contains(t, l.Text, "This mail cannot be read")
	require.Equal(t, "no header at all", l.Source)
}

func FuzzReadLetter(f *testing.F) {
	f.Add([]byte("Subject: a\r\n\r\nb"))
	f.Add([]byte("Content-Transfer-Encoding: base64\r\n\r\n!"))
	f.Add([]byte("From: <\r\nTo: =?x?b?"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l := readLetter(hosttest.Mail{Data: data})
		require.LessOrEqual(t, len(l.Source), maxShown)
	})
}
