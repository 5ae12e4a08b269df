package preview

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/tag"
)

// words returns what a page says, without its tags and with single spaces.
func words(page string) string {
	_, body, _ := strings.Cut(page, "<main>")
	body = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(body, " ") // every other < is escaped
	return strings.Join(strings.Fields(html.UnescapeString(body)), " ")
}

// two is a page with a mail that is sent always, and one that is sent if data say so.
const two = "{{with sendmail}}\nFrom: a@b.example\nTo: ann@example.com, bob@example.com\nSubject: first\n\nx\n{{end}}\n" +
	"{{if .Second}}{{with sendmail}}\nFrom: a@b.example\nTo: c@d.example\nSubject: second\n\nx\n{{end}}{{end}}"

func TestEveryMailIsListed(t *testing.T) {
	set := parse(t, map[string]string{
		"two.html":     two,
		"caller.html":  `{{template "partial.html" .}}`,
		"partial.html": strings.ReplaceAll(note, "{{.To}}", "ann@example.com"),
		"welcome.mail": "From: a@b.example\nTo: {{.To}}\nSubject: Welcome\n\nx\n",
		"bare.mail":    "From: a@b.example\nSubject: Bare\n\nx\n",
		"other.html":   note + `{{define "inner"}}` + note + `{{end}}`,
		"fails.html":   note,
		"silent.html":  "no mail",
	})
	partial := map[string]any{"Subject": "of the partial", "Text": "x"}
	with := func(samples ...Sample) Config { return Config{Samples: samples} }
	beside := Config{Files: files(map[string]string{"other.html": note})}
	for _, tt := range []struct {
		name string
		cfg  Config
		path string
		want []string // in this order
	}{
		{"mails stand in the order of files and lines", with(), "/",
			[]string{"bare.mail:1:1", "fails.html:1:8", "other.html:1:8", "other.html:7:", "in inner", "partial.html:1:8", "two.html:1:8", "two.html:8:22", "welcome.mail:1:1"}},
		{"no sample", with(), "/",
			[]string{`other.html:1:8 No sample yet: give a preview.Sample with the Template "other.html", or with a page that calls it.`,
				`welcome.mail:1:1 No sample yet: give a preview.Sample with the Template "welcome.mail".`}},
		{"no sample, where files may be", beside, "/",
			[]string{`other.html:1:8 No sample yet: put other.html.json beside other.html, or give a preview.Sample`,
				`in inner No sample yet: give a preview.Sample with the Template "inner", or`,
				`No sample yet: put welcome.mail.json beside welcome.mail, or give a preview.Sample with the Template "welcome.mail".`}},
		{"one of two blocks", with(Sample{Template: "two.html", Data: map[string]any{}}), "/",
			[]string{"two.html:1:8 Subject To first ann@example.com and 1 more", "two.html:8:22 Not sent with this data: the samples of two.html do not come here."}},
		{"both blocks", with(Sample{Template: "two.html", Name: "large", Locale: "de", Data: map[string]any{"Second": true}}), "/",
			[]string{"Subject To Sample Locale first ann@example.com and 1 more large de", "second c@d.example large de"}},
		{"a mail template", with(Sample{Template: "welcome.mail", Data: data("x")}), "/", []string{"welcome.mail:1:1", "Welcome ann@example.com"}},
		{"a mail template that Go code addresses", with(Sample{Template: "bare.mail", Options: []tag.Option{tag.To("zoe@example.com")}}), "/", []string{"bare.mail:1:1", "Bare zoe@example.com"}},
		{"a page with options", with(Sample{Template: "silent.html", Options: []tag.Option{tag.Once}}), "/", []string{`Samples that fail silent.html "silent.html" is a page, and options are for mail templates`}},
		{"a block of a template that is called", with(Sample{Template: "caller.html", Data: partial}), "/",
			[]string{"partial.html:1:8", "of the partial ann@example.com"}},
		{"a page without mail", with(Sample{Template: "silent.html", Name: "x"}), "/", []string{"Samples that send no mail silent.html x"}},
		{"a sample that fails", with(Sample{Template: "fails.html", Name: "bad", Data: map[string]any{"To": "no address"}}), "/",
			[]string{"Samples that fail fails.html bad fails.html:3:", "fails.html:1:8 Not sent: the sample \"fails.html bad\" fails, see above."}},
		{"a template that is not there", with(Sample{Template: "none.html"}), "/", []string{"Samples that fail none.html", "none.html"}},
		{"a mail template that is not there", with(Sample{Template: "none.mail"}), "/", []string{"Samples that fail none.mail", `there is no mail template "none.mail"`}},
		{"data that cannot be loaded", with(Sample{Template: "two.html", Load: load(nil, errors.New("no database"))}), "/",
			[]string{"Samples that fail two.html Sample.Load: no database"}},
		{"data that are loaded", with(Sample{Template: "two.html", Load: load(map[string]any{"Second": true}, nil)}), "/", []string{"first ann@", "second c@d"}},
		{"one template only", with(Sample{Template: "two.html", Data: map[string]any{}}, Sample{Template: "welcome.mail", Data: data("x")}), "/?template=welcome.mail",
			[]string{"Only samples of welcome.mail were executed.", "two.html:1:8 Not looked at: only samples of welcome.mail were executed.", "Welcome ann@example.com"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rest := words(get(t, open(t, set, tt.cfg), http.StatusOK, tt.path))
			for _, want := range tt.want {
				require.Contains(t, rest, want)
				_, rest, _ = strings.Cut(rest, want)
			}
		})
	}
}

func TestASetWithoutMail(t *testing.T) {
	h := open(t, parse(t, map[string]string{"page.html": "hello"}), Config{})
	require.Contains(t, words(get(t, h, http.StatusOK, "/")), "The templates of this set have no sendmail block")
}

func TestManyMailsAreCut(t *testing.T) {
	h := open(t, parse(t, map[string]string{"many.html": "{{range .}}" + note + "{{end}}"}), Config{
		Samples: []Sample{{Template: "many.html", Load: func(context.Context) (any, error) {
			var all []map[string]any
			for n := range 10_000 {
				all = append(all, data(fmt.Sprint("mail ", n+1)))
			}
			return all, nil
		}}},
	})
	body := get(t, h, http.StatusOK, "/")
	require.Equal(t, maxRows, strings.Count(body, ">mail "))
	require.Contains(t, words(body), "mail 100 ann@example.com 9900 more mails of this sample are not listed.")

	body = get(t, h, http.StatusOK, "/mail?template=many.html&mail=100")
	require.Contains(t, words(body), "mail 100 of 10000")
	require.Contains(t, body, `<a rel="next" href="/mail?mail=101&amp;template=many.html">`)
	require.Contains(t, body, `<a rel="prev" href="/mail?mail=99&amp;template=many.html">`)
	require.NotContains(t, get(t, h, http.StatusOK, "/mail?template=many.html"), `rel="prev"`)
	require.NotContains(t, get(t, h, http.StatusOK, "/mail?template=many.html&mail=10000"), `rel="next"`)

	body = get(t, h, http.StatusNotFound, "/mail?template=many.html&mail=10001")
	require.Contains(t, words(body), `The sample "many.html" sends 10000 mails: there is no mail 10001. See its last mail`)
	require.Contains(t, body, `href="/mail?mail=10000&amp;template=many.html"`)
}

func TestManySamplesAreCut(t *testing.T) {
	set := parse(t, map[string]string{"note.html": note, "last.html": note})
	var samples []Sample
	for n := range maxSamples {
		samples = append(samples, Sample{Template: "note.html", Name: fmt.Sprint("s", n), Data: data("x")})
	}
	last := Sample{Template: "last.html", Data: data("the last one")}
	require.NotContains(t, get(t, open(t, set, Config{Samples: samples}), http.StatusOK, "/"), "samples were executed")
	h := open(t, set, Config{Samples: append(samples, last)})
	body := get(t, h, http.StatusOK, "/")
	require.Contains(t, body, "The first 200 of 201 samples were executed: add ?template=NAME")
	require.NotContains(t, body, "the last one")
	require.Contains(t, words(body), "last.html:1:8 Not looked at")
	require.Contains(t, get(t, h, http.StatusOK, "/?template=last.html"), "the last one")
}

func TestExecutionsWaitForEachOther(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	h := open(t, parse(t, map[string]string{"note.html": note}), Config{Samples: []Sample{{
		Template: "note.html",
		Load: func(context.Context) (any, error) {
			entered <- struct{}{}
			<-leave
			return data("x"), nil
		},
	}}}).(*handler)
	done := make(chan error)
	s := sample{Sample: h.config.Samples[0]}
	for range maxExecutions {
		go func() { done <- h.execute(context.Background(), s, func([]tag.Composed) error { return nil }) }()
	}
	for range maxExecutions {
		<-entered
	}
	reason := errors.New("the reader has gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	require.ErrorIs(t, h.execute(ctx, s, nil), reason, "no more than four at once")
	close(leave)
	for range maxExecutions {
		require.NoError(t, <-done)
	}
}
