package tag_test

import (
	"io"
	"log"
	"net"
	"testing"
	"testing/fstest"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/tag"
)

// A utf8Relay takes all mail and tells whether it was asked for SMTPUTF8.
type utf8Relay struct{ asked chan bool }

func (r *utf8Relay) NewSession(*smtp.Conn) (smtp.Session, error) { return r, nil }
func (r *utf8Relay) Mail(_ string, o *smtp.MailOptions) error {
	r.asked <- o.UTF8
	return nil
}
func (r *utf8Relay) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (r *utf8Relay) Data(body io.Reader) error            { _, err := io.Copy(io.Discard, body); return err }
func (r *utf8Relay) Reset()                               {}
func (r *utf8Relay) Logout() error                        { return nil }

// start starts the relay with SMTPUTF8 or without, and a host for it.
func (r *utf8Relay) start(t *testing.T, offers bool) *host.SMTP {
	t.Helper()
	server := smtp.NewServer(r)
	server.EnableSMTPUTF8 = offers
	server.ErrorLog = log.New(io.Discard, "", 0)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(l) }()
	h := &host.SMTP{Addr: l.Addr().String()}
	t.Cleanup(func() { _ = h.Close(); _ = server.Close(); <-done })
	return h
}

// A local part beyond ASCII, wherever it stands, asks for a relay with SMTPUTF8 (RFC
// 6531). Names, domains, texts and file names do not: they are encoded.
func TestMailThatNeedsSMTPUTF8(t *testing.T) {
	relay := utf8Relay{make(chan bool, 1)}
	offers, lacks := relay.start(t, true), relay.start(t, false)
	for block, needs := range map[string]bool{
		"{{with sendmail}}\nFrom: a@b.example\nTo: jörg@d.example":                                  true,
		"{{with sendmail}}\nFrom: a@b.example\nTo: Ann <{{.Local}}@d.example>":                      true,
		"{{with sendmail `bcc` `jörg@d.example`}}\nFrom: a@b.example":                               true,
		"{{with sendmail}}\nFrom: jörg@b.example\nTo: c@d.example":                                  true,
		"{{with sendmail `return-path` `jörg@b.example`}}\nFrom: a@b.example\nTo: c@d.example":      true,
		"{{with sendmail}}\nFrom: a@b.example\nTo: c@d.example\nReply-To: {{.Local}}@b.example":     true,
		"{{with sendmail}}\nFrom: a@b.example\nTo: c@d.example\nSender: jörg@b.example":             true,
		"{{with sendmail}}\nFrom: Jörg <a@bücher.example>\nTo: {{.Local}} <c@例子.example>":           false,
		"{{with sendmail}}\nFrom: a@b.example\nTo: c@d.example\nSubject: {{.Local}}\nComments: ä":   false,
		"{{with sendmail}}\nFrom: a@b.example\nTo: c@d.example\n\nGrüße{{attach `ä.txt` .Content}}": false,
	} {
		t.Run(block, func(t *testing.T) {
			text := block + "\n\nx{{end}}"
			set, err := tag.ParseFS(fstest.MapFS{"page.html": {Data: []byte(text)}}, "*.html")
			require.NoError(t, err)
			mails, err := set.Compose(t.Context(), "page.html", map[string]any{"Local": "jörg", "Content": []byte("x")})
			require.NoError(t, err)
			e := &mails[0].Mail.Envelope

			require.Equal(t, host.Delivered, outcome(t, offers, e))
			require.Equal(t, needs, <-relay.asked)
			if needs {
				require.Equal(t, host.Permanent, outcome(t, lacks, e))
				return
			}
			require.Equal(t, host.Delivered, outcome(t, lacks, e))
			require.False(t, <-relay.asked)
		})
	}
}

func outcome(t *testing.T, h host.Host, e *host.Envelope) host.Outcome {
	t.Helper()
	var got host.Outcome
	h.Send(t.Context(), []*host.Envelope{e}, func(_ int, reports []host.Report) {
		require.Len(t, reports, len(e.To))
		got = reports[0].Outcome
	})
	return got
}
