package preview

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/decode"
)

const order = "/mails/mail?template=order.html"

func TestTabs(t *testing.T) {
	h := shop(t)
	for _, tt := range []struct {
		path string
		want []string // in this order
	}{
		{order, []string{"Order 4711 confirmed", "order.html:2:8 · ", "Download .eml", "Sample: unnamed large", "Something is wrong with 1 address",
			"From Acme Shop <shop@acme.example>", "To Ann Lee <ann@example.com>", "Bcc archive@acme.example", "Date 20",
			"Envelope shop@acme.example → ann@example.com, archive@acme.example (2 recipients)", "Lane immediate",
			"HTML Text Headers Links Parts (2 files) Source", "HTML Width: both desktop phone", "Desktop, 800 px", "Phone, 375 px"}},
		{order + "&tab=text", []string{"Text Dear Ann Lee, we have your order 4711 of 120.00 EUR."}},
		{order + "&tab=headers", []string{"Headers From Acme Shop <shop@acme.example>", "Subject Order 4711 confirmed", "As they travel From: Acme Shop", "Content-Type: multipart/mixed"}},
		{order + "&tab=links", []string{"image Acme cid:", "link Follow the parcel https://acme.example/orders/4711", "link Terms /terms It is relative"}},
		{order + "&tab=parts", []string{"multipart/mixed", "multipart/related", "text/plain", "text/html", "image/png",
			"Terms – AGB.txt text/plain 21 bytes attachment", "logo.png image/png", "image, cid:"}},
		{order + "&tab=source", []string{"Source From: Acme Shop", "filename*"}},
		{order + "&tab=calendar", []string{"Calendar", "This mail has none."}},
		{order + "&sample=large&mail=2", []string{"A large order", "· mail 2 of 2 ·", "earlier", "Sample: unnamed large", "Locale: none de", "Not before 20", "Text Call Jörg Müßig, Großhandel."}},
		{order + "&sample=large&mail=2&tab=html", []string{"This mail has no HTML part."}},
		{order + "&sample=large&locale=de", []string{"Order 4712 confirmed"}},
	} {
		t.Run(tt.path, func(t *testing.T) {
			rest := words(get(t, h, http.StatusOK, tt.path))
			for _, want := range tt.want {
				require.Contains(t, rest, want)
				_, rest, _ = strings.Cut(rest, want)
			}
		})
	}
}

// calendarPage sends a mail that has every kind of body.
const calendarPage = `{{with sendmail}}
From: a@b.example
To: ann@example.com
Subject: All

{{with part "text/plain"}}words{{end}}
{{with part "text/html"}}<p>words</p>{{end}}
{{with part "text/x-amp-html"}}<html amp4email>{{end}}
{{with part "text/calendar"}}BEGIN:VCALENDAR
METHOD:REQUEST
END:VCALENDAR
{{end}}
{{end}}`

func TestTabsOfOtherParts(t *testing.T) {
	h := open(t, parse(t, map[string]string{"all.html": calendarPage}), Config{Samples: []Sample{{Template: "all.html"}}})
	for tab, want := range map[string]string{
		"calendar": "Calendar BEGIN:VCALENDAR",
		"amp":      "AMP <html amp4email>",
		"text":     "HTML Text Calendar AMP Headers Links Parts Source",
	} {
		require.Contains(t, words(get(t, h, http.StatusOK, "/mail?template=all.html&tab="+tab)), want)
	}
}

func TestLocalesShowTheSameMail(t *testing.T) {
	body := get(t, shop(t), http.StatusOK, order+"&sample=large&mail=2&tab=text")
	require.Contains(t, body, `href="/mails/mail?locale=de&amp;mail=2&amp;sample=large&amp;tab=text&amp;template=order.html"`)
	require.Contains(t, body, `<a href="/mails/mail?mail=1&amp;tab=text&amp;template=order.html">unnamed</a>`, "another sample begins with its first")
	require.Regexp(t, regexp.MustCompile(`aria-current="true">none</a>`), body)
	require.NotContains(t, get(t, shop(t), http.StatusOK, order), "Locale:", "there is no choice")
}

func TestLongTextsAreCut(t *testing.T) {
	sample := data("long")
	sample["Text"] = strings.Repeat("x", maxShown-1) + "\n" + strings.Repeat("y", 1000)
	body := get(t, shown(t, sample), http.StatusOK, "/mail?template=note.html&tab=text")
	require.Contains(t, body, fmt.Sprintf("The first %d of %d bytes.", maxShown, maxShown+1001))
	require.NotContains(t, body, "yy")
	sample["Text"] = strings.Repeat("x", maxShown-1)
	require.NotContains(t, get(t, shown(t, sample), http.StatusOK, "/mail?template=note.html&tab=text"), "The first")
}

func TestManySiblingsAreCut(t *testing.T) {
	var samples []Sample
	for n := range 2 * maxOptions {
		samples = append(samples, Sample{Template: "note.html", Name: fmt.Sprint("s", n), Data: data("x")})
	}
	h := open(t, parse(t, map[string]string{"note.html": note}), Config{Samples: samples})
	body := get(t, h, http.StatusOK, "/mail?template=note.html&sample=s150")
	require.Equal(t, maxOptions, len(regexp.MustCompile(`>s\d+</a>`).FindAllString(body, -1)))
}

func TestFacts(t *testing.T) {
	at := time.Date(2025, 7, 1, 10, 0, 0, 0, time.UTC)
	message, err := decode.Mail([]byte("From: a@b.example\r\nReply-To: R <r@b.example>\r\nTo: \"Lee, Ann\" <Ann@EXAMPLE.com>, x@bücher.example, z@A_B.example\r\nCc: y@b.example\r\n\r\n"))
	require.NoError(t, err)
	got := facts(&queue.Mail{
		Envelope: host.Envelope{To: []string{"Ann@example.com", "x@xn--bcher-kva.example", "z@a_b.example", "y@b.example", "secret@b.example"}, Route: "second"},
		Lane:     queue.Bulk, NotBefore: at, Expires: at.Add(time.Hour), Key: "order-7", Once: true,
		Meta: map[string]string{"order": "7", "customer": "3"},
	}, message)
	require.Equal(t, []fact{
		{"From", "a@b.example"}, {"Reply-To", "R <r@b.example>"}, {"To", "Lee, Ann <Ann@EXAMPLE.com>, x@bücher.example, z@A_B.example"}, {"Cc", "y@b.example"},
		{"Bcc", "secret@b.example"},
		{"Envelope", "null sender → Ann@example.com, x@xn--bcher-kva.example, z@a_b.example, y@b.example, secret@b.example (5 recipients)"},
		{"Lane", "bulk, once"}, {"Not before", "2025-07-01 10:00:00 +00:00"}, {"Expires", "2025-07-01 11:00:00 +00:00"},
		{"Route", "second"}, {"Key", "order-7"}, {"Meta customer", "3"}, {"Meta order", "7"},
	}, got)
}
