package tag

import (
	"context"
	"html/template"
	"net/mail"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/txn"
)

const fromTo = `"from" "a@b.example" "to" "c@d.example"`

// wordsData are values for words.
var wordsData = map[string]any{
	"Delay": time.Hour, "Negative": -time.Hour, "Zero": time.Time{}, "Then": time.Date(2100, 1, 2, 3, 4, 5, 0, time.UTC), "Past": time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC),
	"Soon": "soon", "Local": "2100-01-01T00:00:00", "Empty": "", "Nil": nil, "Long": strings.Repeat("k", 201), "ID": 7, "List": []string{"x@y.example", "z@y.example"},
	"Break": "a\nb", "URL": template.URL("https://acme.example/u?a=1&b=2"), "Parsed": &url.URL{Scheme: "https", Host: "acme.example", Path: "/ü"}, "Script": "javascript:alert(1)",
	"Person": mail.Address{Name: "Lee, Ann", Address: "ann@example.com"}, "Large": strings.Repeat("v", 5000),
}

func TestTimesOfAMail(t *testing.T) {
	then, past := wordsData["Then"].(time.Time), wordsData["Past"].(time.Time)
	for words, test := range map[string]struct {
		lane            queue.Lane
		after, within   time.Duration // from now
		before, expires time.Time
	}{
		``:                                 {},
		`"immediate"`:                      {lane: queue.Immediate},
		`"defer"`:                          {lane: queue.Bulk},
		`"after" "90m"`:                    {after: 90 * time.Minute},
		`"after" .Delay`:                   {after: time.Hour},
		`"after" (printf "%dh" 2)`:         {after: 2 * time.Hour},
		`"after" "0s"`:                     {},
		`"defer" "after" "2h"`:             {lane: queue.Bulk, after: 2 * time.Hour},
		`"at" "2100-01-02T03:04:05Z"`:      {before: then},
		`"at" "2100-01-02T04:04:05+01:00"`: {before: then},
		`"at" .Then`:                       {before: then},
		`"at" .Past`:                       {},
		`"defer" "at" .Then`:               {lane: queue.Bulk, before: then},
		`"expires" "36h"`:                  {within: 36 * time.Hour},
		`"expires" .Delay`:                 {within: time.Hour},
		`"expires" .Then`:                  {expires: then},
		`"expires" "2100-01-02T03:04:05Z"`: {expires: then},
		`"after" "2h" "expires" "1h"`:      {after: 2 * time.Hour, within: 3 * time.Hour},
		`"at" .Then "expires" "1h"`:        {before: then, expires: then.Add(time.Hour)},
		`"immediate" "expires" .Delay`:     {lane: queue.Immediate, within: time.Hour},
	} {
		begin := time.Now()
		m := one(t, "{{sendmail "+fromTo+" "+words+"}}", wordsData)
		require.Equal(t, test.lane, m.Lane, words)
		requireTime(t, begin, test.after, test.before, m.NotBefore, words)
		requireTime(t, begin, test.within, test.expires, m.Expires, words)
	}
	require.True(t, past.Before(then))
}

// requireTime checks a time that is a duration from now, or a moment, or zero.
func requireTime(t *testing.T, begin time.Time, d time.Duration, moment, got time.Time, words string) {
	t.Helper()
	if d > 0 {
		require.WithinRange(t, got, begin.Add(d), time.Now().Add(d), words)
		return
	}
	require.True(t, moment.Equal(got), "%s: %s", words, got)
}

func TestLabelsOfAMail(t *testing.T) {
	m := one(t, `{{sendmail `+fromTo+` "key" (printf "order-%d" .ID) "once" "route" "bulk" "meta" "order" .ID "meta" "note" "x"}}`, wordsData)
	require.Equal(t, "order-7", m.Key)
	require.True(t, m.Once)
	require.Equal(t, "bulk", m.Route)
	require.Equal(t, map[string]string{"order": "7", "note": "x"}, m.Meta)

	m = one(t, `{{sendmail `+fromTo+`}}`, nil)
	require.Zero(t, m.Key+m.Route)
	require.False(t, m.Once)
	require.Nil(t, m.Meta)
}

func TestReturnPath(t *testing.T) {
	for value, want := range map[string]string{`"Bounces <bounce@acme.example>"`: "bounce@acme.example", `"<>"`: "", `.Person`: "ann@example.com", `(index .List 0)`: "x@y.example"} {
		m := one(t, `{{sendmail `+fromTo+` "return-path" `+value+`}}`, wordsData)
		require.Equal(t, want, m.From, value)
		require.NotContains(t, string(m.Data), "Return-Path")
		require.Equal(t, "a@b.example", readMail(t, m).addresses(t, "From")[0].Address)
	}
}

func TestUnsubscribe(t *testing.T) {
	for value, want := range map[string]string{
		`"https://acme.example/u?u=7&l=a"`: "<https://acme.example/u?u=7&l=a>", `.URL`: "<https://acme.example/u?a=1&b=2>", `.Parsed`: "<https://acme.example/%C3%BC>",
		`"http://localhost:8080/u"`: "<http://localhost:8080/u>", `"mailto:leave@acme.example?subject=leave"`: "<mailto:leave@acme.example?subject=leave>",
	} {
		header := readMail(t, one(t, "{{with sendmail "+fromTo+` "unsubscribe" `+value+"}}\nList-Unsubscribe: <https://old.example/>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n\nx{{end}}", wordsData)).header
		require.Equal(t, []string{want}, header["List-Unsubscribe"])
		if strings.HasPrefix(want, "<https:") {
			require.Equal(t, []string{"List-Unsubscribe=One-Click"}, header["List-Unsubscribe-Post"])
		} else {
			require.Empty(t, header["List-Unsubscribe-Post"], value)
		}
	}
}

func TestWordWinsOverHeaderLine(t *testing.T) {
	m := one(t, "{{with sendmail \"to\" .To \"subject\" .Subject}}\nFrom: a@b.example\nTo: old@b.example\nSubject: old\n\nBody{{end}}",
		map[string]any{"To": []string{"new@b.example"}, "Subject": "new\r\nBcc: x@y.example"})
	require.Equal(t, []string{"new@b.example"}, m.To)
	require.Equal(t, "new Bcc: x@y.example", m.Subject)
	require.Equal(t, "new Bcc: x@y.example", readMail(t, m).subject(t))
}

func TestWrongValuesOfWords(t *testing.T) {
	for words, want := range map[string]string{
		`"after" .Soon`: `the word "after": "soon" is no duration: write a duration such as "90m"`, `"after" .Negative`: "cannot be negative", `"after" .List`: "a value of type []string is no duration", `"after" .Nil`: "nil or missing",
		`"at" .Zero`: "the time is zero", `"at" .Local`: "a time without its zone: write a time with its zone such as ", `"at" .ID`: "a value of type int is no time", `"at" .Nil`: "nil or missing",
		`"expires" .Past`: "before it may be sent", `"expires" .Soon`: "neither a duration nor a time", `"expires" .Negative`: "cannot be negative", `"at" .Then "expires" .Past`: "before it may be sent",
		`"expires" .ID`: "no duration", `"expires" .Zero`: "the time is zero", `"expires" (printf "%ds" 0)`: "expires at once",
		`"key" .Empty`: "the key is empty", `"key" .Nil`: "nil or missing", `"key" .Long`: "at most 200", `"route" .Empty`: "the route is empty", `"route" .Long`: "at most 100", `"route" .Break`: "control character",
		`"meta" "k" .Nil`: "nil or missing", `"meta" "k" .Large`: "at most 4096",
		`"return-path" .Empty`: "the address is empty", `"return-path" .List`: "2 addresses stand where one must", `"return-path" .Nil`: "nil or missing",
		`"unsubscribe" .Script`: "https://", `"unsubscribe" .Break`: `must be written as %0A`, `"unsubscribe" .Empty`: "the URL is empty", `"unsubscribe" .Large`: "at most 898", `"unsubscribe" .Nil`: "nil or missing",
		`"unsubscribe" "https://"`: "https://", `"reply-to" .Soon`: "no domain", `"text" .Nil`: "nil or missing", `"subject" .Nil`: "nil or missing",
	} {
		page := "{{sendmail " + fromTo + " " + words + "}}"
		if set, err := ParseFS(files{"page.html": page}.fs(), "*.html"); err == nil {
			_, _, err = execute(t, set, "page.html", wordsData)
			require.ErrorContains(t, err, want, words)
			require.ErrorContains(t, err, "tag: page.html:1:3: ", words)
		} else {
			require.ErrorContains(t, err, want, words)
		}
	}
}

func TestMistakesInWords(t *testing.T) {
	for words, want := range map[string]string{
		`"at" "tomorrow"`:            `page.html:1:57: "tomorrow" is no time [ErrWrongValue]`,
		`"at" "2100-01-01 08:00"`:    `page.html:1:57: "2100-01-01 08:00" is a time without its zone [ErrWrongValue]`,
		`"expires" "never"`:          `page.html:1:62: "never" is neither a duration nor a time [ErrWrongValue]`,
		`"expires" "2100-01-01"`:     `page.html:1:62: "2100-01-01" is a time without its zone [ErrWrongValue]`,
		`"expires" "0s"`:             `page.html:1:62: the mail expires at once [ErrWrongValue]`,
		`"key" ""`:                   `page.html:1:58: the key is empty [ErrWrongValue]`,
		`"route" " "`:                `page.html:1:60: the route is empty [ErrWrongValue]`,
		`"route" 7`:                  `page.html:1:60: 7 is no value for "route" [ErrWrongValue]`,
		`"meta" .K .V`:               `page.html:1:59: .K stands where the key of meta must [ErrWrongValue]`,
		`"meta" "" .V`:               `page.html:1:59: the key of meta is empty [ErrWrongValue]`,
		`"meta" "k"`:                 `page.html:1:52: the word "meta" has no value [ErrMissingValue]`,
		`"meta" "k" .V "meta" "k" 7`: `page.html:1:66: the key "k" of meta stands twice [ErrContradiction]`,
		`"once" "once"`:              `page.html:1:59: the word "once" stands twice [ErrContradiction]`,
		`"at" .A "after" .B`:         `page.html:1:60: "after" contradicts the word "at" [ErrContradiction]`,
		`"immediate" "at" .A`:        `page.html:1:64: "at" contradicts the word "immediate" [ErrContradiction]`,
		`"return-path" "bounce"`:     `page.html:1:66: "bounce" is no address [ErrWrongValue]`,
		`"at" "2100-01-02T00:00:00Z" "expires" "2100-01-01T00:00:00Z"`: `page.html:1:90: the mail expires at 2100-01-01T00:00:00Z, before it may be sent at 2100-01-02T00:00:00Z [ErrContradiction]`,
		`"unsubscribe" "/leave"`:      `page.html:1:66: "/leave" is no URL that a mail program could open: it must begin with https:// [ErrWrongValue]`,
		`"unsubscribe" "https://a b"`: `page.html:1:66: "https://a b" is no URL: ' ' must be written as %20 [ErrWrongValue]`,
		`"no-text" "yes"`:             `page.html:1:62: sendmail has no word "yes" [ErrUnknownWord]`,
	} {
		require.Equal(t, []string{want}, mistakesIn(t, "{{sendmail "+fromTo+" "+words+"}}"))
	}
}

// Options are the words again, from Go.
func TestOptions(t *testing.T) {
	then := time.Date(2100, 1, 2, 3, 4, 5, 0, time.UTC)
	set := mailSet(t, files{"note.mail": "From: a@b.example\nTo: old@d.example\nSubject: old\n\nText"})
	send := func(options ...Option) (*queue.Mail, error) {
		var c committed
		tx := txn.Begin(&c)
		ctx := txn.NewContext(context.Background(), tx)
		if _, err := set.Send(ctx, "note.mail", nil, options...); err != nil {
			require.ErrorIs(t, tx.Commit(ctx), txn.ErrDoomed)
			return nil, err
		}
		require.NoError(t, tx.Commit(ctx))
		return c.mails[0], nil
	}
	m, err := send(Defer, At(then), ExpiresAt(then.Add(time.Hour)), Key("k"), Once, Route("r"), Meta("a", "1"), Meta("b", "2"), Subject("new"),
		To("new@d.example", "Ann <ann@d.example>"), Cc("cc@d.example"), Bcc("bcc@d.example"), From("Me <me@b.example>"), ReplyTo("re@b.example"), ReturnPath("<>"), Unsubscribe("https://a.example/u"))
	require.NoError(t, err)
	require.Equal(t, queue.Bulk, m.Lane)
	require.True(t, then.Equal(m.NotBefore) && then.Add(time.Hour).Equal(m.Expires))
	require.Equal(t, []any{"k", true, "r", map[string]string{"a": "1", "b": "2"}, "", "new"}, []any{m.Key, m.Once, m.Route, m.Meta, m.From, m.Subject})
	require.Equal(t, []string{"new@d.example", "ann@d.example", "cc@d.example", "bcc@d.example"}, m.To)
	got := readMail(t, m)
	require.Equal(t, "Me", got.addresses(t, "From")[0].Name)
	require.Equal(t, "re@b.example", got.addresses(t, "Reply-To")[0].Address)
	require.Equal(t, "<https://a.example/u>", got.header.Get("List-Unsubscribe"))

	m, err = send(Immediate, Expires(time.Hour))
	require.NoError(t, err)
	require.Equal(t, queue.Immediate, m.Lane)
	require.WithinDuration(t, time.Now().Add(time.Hour), m.Expires, time.Minute)
	m, err = send(After(time.Hour))
	require.NoError(t, err)
	require.WithinDuration(t, time.Now().Add(time.Hour), m.NotBefore, time.Minute)

	for want, options := range map[string][]Option{
		`"defer" contradicts the word "immediate"`: {Immediate, Defer}, `the key "a" of meta stands twice`: {Meta("a", "1"), Meta("a", "2")},
		`the option "to": `: {To("nobody")}, "the mail has no recipient": {To()}, "an Option is empty": {{}}, `the option "after": a duration cannot be negative`: {After(-1)},
		"the key is empty": {Key("")}, "the key of meta is empty": {Meta("", "x")},
	} {
		_, err := send(options...)
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "tag: note.mail:1:1: ")
	}
}
