package tag

import (
	"bytes"
	"context"
	"errors"
	"html/template"
	"io"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/decode"
)

// head is in lift_test.go: the header lines of a mail and the blank line.

func decoded(t testing.TB, m *queue.Mail) *decode.Message {
	t.Helper()
	checkWire(t, m.Data)
	d, err := decode.Mail(m.Data)
	require.NoError(t, err)
	require.Empty(t, d.Problems)
	return d
}

func oneDecoded(t testing.TB, page string, data any) *decode.Message {
	t.Helper()
	return decoded(t, one(t, page, data))
}

const both = "{{with sendmail}}\n" + head + `{{with part "text/plain"}}
Dear {{.Name}},

it is <here>.
{{end}}
{{with part "text/html"}}
<p title="{{.Name}}">Dear {{.Name}}</p>
<script>var name = {{.Name}}</script>
{{end}}
{{end}}`

func TestPartsAreEscapedByTheirType(t *testing.T) {
	d := oneDecoded(t, both, map[string]any{"Name": `<b>"Ann" & 'Lee'</b>`})
	require.Equal(t, "Dear <b>\"Ann\" & 'Lee'</b>,\n\nit is <here>.\n", d.Text)
	require.Contains(t, d.HTML, `<p title="&lt;b&gt;&#34;Ann&#34; &amp; &#39;Lee&#39;&lt;/b&gt;">Dear &lt;b&gt;&#34;Ann&#34; &amp;`)
	require.Contains(t, d.HTML, `var name = "\u003cb\u003e\"Ann\" \u0026 'Lee'\u003c/b\u003e"`)
	require.Equal(t, "multipart/alternative\n  text/plain\n  text/html", d.Structure)
}

// Inside a part, dot, $ and variables are what they were outside, and pointers keep
// their methods.
func TestPartSeesItsSurroundings(t *testing.T) {
	const page = `{{$page := "P"}}{{range .Orders}}{{$i := .}}{{with sendmail}}
` + head + `{{$block := "B"}}{{with part "text/html"}}{{$own := "O"}}{{.}} {{$}} {{$page}} {{$i}} {{$block}} {{$own}} {{range $.Orders}}{{.}}{{end}}{{end}}{{end}}{{end}}`
	_, mails, err := execute(t, mustParse(t, files{"page.html": page}), "page.html", map[string]any{"Orders": []int{7, 8}})
	require.NoError(t, err)
	require.Len(t, mails, 2)
	require.Equal(t, "8 map[Orders:[7 8]] P 8 B O 78\n", decoded(t, mails[1]).HTML)

	pointer := &counter{}
	d := oneDecoded(t, "{{with sendmail}}\n"+head+`{{with part "text/plain"}}{{.Next}}{{end}}{{with part "text/html"}}{{.Next}}{{end}}{{end}}`, pointer)
	require.Equal(t, "1\n", d.Text)
	require.Equal(t, "2\n", d.HTML)
}

type counter struct{ n int }

func (c *counter) Next() int { c.n++; return c.n }

func TestPartsInBranches(t *testing.T) {
	const page = "{{with sendmail}}\n" + head + `{{if .}}{{with part "text/html"}}<b>x</b>{{end}}{{else}}{{with part "text/plain"}}x{{end}}{{end}}{{end}}`
	require.Equal(t, "text/plain", oneDecoded(t, page, false).Structure)
	require.Equal(t, "<b>x</b>\n", oneDecoded(t, page, true).HTML)
}

// A block whose headers are words needs no blank line before its parts.
func TestPartsWithoutHeaderLines(t *testing.T) {
	d := oneDecoded(t, `{{with sendmail "from" "a@b.example" "to" "c@d.example"}}{{with part "text/plain"}}x{{end}}{{end}}`, nil)
	require.Equal(t, "x\n", d.Text)
	d = oneDecoded(t, `{{with sendmail "from" "a@b.example" "to" "c@d.example" "text" "word"}}{{with part "text/html"}}<b>x</b>{{end}}{{end}}`, nil)
	require.Equal(t, "word\n", d.Text)
	require.Equal(t, "<b>x</b>\n", d.HTML)
}

func TestPartsCallTemplates(t *testing.T) {
	set := mustParse(t, files{
		"page.html":   "{{with sendmail}}\n" + head + `{{with part "text/html"}}{{template "top" .}}<a href="/x?n={{template "name" .}}">{{template "name" .}}</a>{{end}}{{with part "text/plain"}}{{template "name" .}}{{end}}{{end}}{{template "name" .}}`,
		"layout.html": `{{define "top"}}<img src="{{embed "logo.png"}}">{{attach "a.txt" .Data}}{{end}}{{define "name"}}{{.Name}}{{end}}`,
	}, "logo.png", "PNG")
	page, mails, err := execute(t, set, "page.html", map[string]any{"Name": "<Ann & Lee>", "Data": []byte("x")})
	require.NoError(t, err)
	require.Equal(t, "&lt;Ann &amp; Lee&gt;", page)
	d := decoded(t, mails[0])
	require.Equal(t, "<Ann & Lee>\n", d.Text)
	require.Contains(t, d.HTML, `<a href="/x?n=%3cAnn%20%26%20Lee%3e">&lt;Ann &amp; Lee&gt;</a>`)
	require.Contains(t, d.HTML, `<img src="cid:`+d.Images[0].ContentID+`">`)
	require.Len(t, d.Attachments, 1)
}

func TestTextIsMadeOfHTML(t *testing.T) {
	const page = "{{with sendmail%s}}\n" + head + `{{with part "text/html"}}<p>Dear {{.}}, <a href="https://acme.example/o">your order</a></p>{{end}}{{end}}`
	d := oneDecoded(t, strings.Replace(page, "%s", "", 1), "Ann & Lee")
	require.Contains(t, d.Text, "Dear Ann & Lee")
	require.Contains(t, d.Text, "https://acme.example/o")
	d = oneDecoded(t, strings.Replace(page, "%s", ` "no-text"`, 1), "Ann")
	require.Equal(t, "text/html", d.Structure)
}

func TestInlineCSS(t *testing.T) {
	const page = "{{with sendmail \"inline-css\"}}\n" + head + `{{with part "text/html"}}<html><head><style>p { color: red }</style></head><body><p>{{.}}</p></body></html>{{end}}{{end}}`
	d := oneDecoded(t, page, "<script>")
	require.Regexp(t, `<p style="color: ?red;?">&lt;script&gt;</p>`, d.HTML)
}

func TestCalendarPart(t *testing.T) {
	const page = "{{with sendmail}}\n" + head + "{{with part \"text/calendar\"}}\nBEGIN:VCALENDAR\nMETHOD:REQUEST\nSUMMARY:{{.}}\nEND:VCALENDAR\n{{end}}{{with part \"text/plain\"}}{{.}}{{end}}{{end}}"
	m := one(t, page, "a, b\nATTENDEE:x")
	d := decoded(t, m)
	require.Equal(t, "BEGIN:VCALENDAR\nMETHOD:REQUEST\nSUMMARY:a\\, b\\nATTENDEE:x\nEND:VCALENDAR\n", strings.ReplaceAll(d.Calendar, "\r", ""))
	require.Equal(t, "a, b\nATTENDEE:x\n", d.Text, "the calendar's rules end with it")
	require.Contains(t, string(m.Data), "method=REQUEST")
}

// AMP is HTML to html/template, and stands before the HTML.
func TestAMPPart(t *testing.T) {
	const amp = "{{with part `text/x-amp-html`}}<!doctype html><html \u26a14email><style amp-custom>h1{margin:0}</style><h1>{{.}}</h1>{{end}}"
	d := oneDecoded(t, "{{with sendmail \"inline-css\"}}\n"+head+"{{with part `text/html`}}<p>{{.}}</p>{{end}}"+amp+"{{end}}", "<Ann>")
	require.Equal(t, "<!doctype html><html \u26a14email><style amp-custom>h1{margin:0}</style><h1>&lt;Ann&gt;</h1>\n", d.AMP)
	require.Equal(t, "multipart/alternative\n  text/plain\n  text/x-amp-html\n  text/html", d.Structure)
	require.Contains(t, failing(t, "{{with sendmail}}\n"+head+amp+"{{end}}", "x"), "text/x-amp-html alone")
}

// html/template strips comments; those by which Outlook sees other HTML stay, and
// values between their ends are escaped.
func TestConditionalCommentsStay(t *testing.T) {
	for html, want := range map[string]string{
		`<!--[if mso]><a href="{{.}}">{{.}}</a><![endif]-->`:           `<!--[if mso]><a href="--%3e%3cb%3e">--&gt;&lt;b&gt;</a><![endif]-->`,
		`<!--[if !mso]><!--><p>x</p><!--<![endif]-->`:                  `<!--[if !mso]><!--><p>x</p><!--<![endif]-->`,
		`<!--[if !mso]><!-- --><p>x</p><!-- <![endif]-->`:              `<!--[if !mso]><!-- --><p>x</p><!-- <![endif]-->`,
		`<!--[if (gte mso 9)|(IE)]><table><tr><td><![endif]-->x`:       `<!--[if (gte mso 9)|(IE)]><table><tr><td><![endif]-->x`,
		"<head><!--[if mso]>\n<style>p{}</style>\n<![endif]--></head>": "<head><!--[if mso]>\n<style>p{}</style>\n<![endif]--></head>",
		`<![if !mso]><a title="{{.}}">{{.}}</a><![endif]>`:             `<![if !mso]><a title="--&gt;&lt;b&gt;">--&gt;&lt;b&gt;</a><![endif]>`,
		`<![IF gte mso 9]>x<![EndIf]><![cdata[a]]>`:                    `<![IF gte mso 9]>x<![EndIf]>&lt;![cdata[a]]>`,
		`a<!-- dropped -->b`:      `ab`,
		`{{template "layout" .}}`: `<!--[if mso]>--&gt;&lt;b&gt;<![endif]-->`,
		`<!--[if mso]>{{if .}}<b>{{end}}x{{if .}}</b>{{end}}<![endif]-->`: `<!--[if mso]><b>x</b><![endif]-->`,
	} {
		page := `{{define "layout"}}<!--[if mso]>{{.}}<![endif]-->{{end}}` + "{{with sendmail}}\n" + head + `{{with part "text/html"}}` + html + "{{end}}{{end}}"
		require.Equal(t, want+"\n", oneDecoded(t, page, "--><b>").HTML)
	}
}

func TestNilInHTML(t *testing.T) {
	data := map[string]any{"Nil": nil, "Ptr": (*int)(nil), "Empty": ""}
	for html, want := range map[string]string{
		"{{.Nil}}": "the value is nil or missing", "{{.Ptr}}": "the value is nil or missing", "{{.Typo}}": `map has no entry for key "Typo"`,
		"{{.Nil | html}}": "the value is nil or missing", "{{html .Nil}}": "the value is nil or missing", "{{.Nil | urlquery}}": "the value is nil or missing",
		`<a title="{{.Nil}}">`: "the value is nil or missing", "{{if true}}{{.Nil}}{{end}}": "the value is nil or missing",
		`{{template "called" .}}`: "the value is nil or missing",
	} {
		got := failing(t, `{{define "called"}}{{.Nil}}{{end}}`+"<p>{{with sendmail}}\n"+head+`{{with part "text/html"}}`+html+"{{end}}{{end}}</p>", data)
		require.Contains(t, got, want, html)
		require.Regexp(t, `^tag: page\.html:\d+:\d+: `, got)
	}
	d := oneDecoded(t, "{{with sendmail}}\n"+head+`{{with part "text/html"}}[{{.Empty}}{{html "<"}}{{"<" | html}}{{urlquery "a b"}}]{{if .Nil}}x{{end}}{{end}}{{end}}`, data)
	require.Equal(t, "[&lt;&lt;a&#43;b]\n", d.HTML)
}

func TestAttach(t *testing.T) {
	pdf := []byte("%PDF-1.4 \x00\xff")
	data := map[string]any{
		"PDF": pdf, "Reader": bytes.NewReader(pdf), "Name": "Geschäft \"1\".pdf", "Raw": template.HTML("x"), "Nil": nil, "NilReader": (*bytes.Reader)(nil),
		"Broken": iotest.ErrReader(errors.New("the disk is gone")), "String": "x", "Many": make([]int, 101), "Endless": endless{},
	}
	for call, want := range map[string]decode.File{
		`{{attach "terms.pdf" .PDF}}`:                                     {Name: "terms.pdf", Type: "application/pdf", Data: pdf},
		`{{attach "terms.pdf" .Reader}}`:                                  {Name: "terms.pdf", Type: "application/pdf", Data: pdf},
		`{{.PDF | attach "terms.pdf"}}`:                                   {Name: "terms.pdf", Type: "application/pdf", Data: pdf},
		`{{.PDF | attach "terms.pdf" "type" "application/x-a"}}`:          {Name: "terms.pdf", Type: "application/x-a", Data: pdf},
		`{{attach .Name .PDF}}`:                                           {Name: "Geschäft \"1\".pdf", Type: "application/pdf", Data: pdf},
		`{{attach "terms.pdf" .PDF "as" .Name "type" "application/x-b"}}`: {Name: "Geschäft \"1\".pdf", Type: "application/x-b", Data: pdf},
		`{{attach "docs/terms.txt"}}`:                                     {Name: "terms.txt", Type: "text/plain", Data: []byte("Terms")},
		`{{attach "docs/terms.txt" "as" "AGB.txt"}}`:                      {Name: "AGB.txt", Type: "text/plain", Data: []byte("Terms")},
		`{{if true}}{{attach "docs/terms.txt"}}{{end}}`:                   {Name: "terms.txt", Type: "text/plain", Data: []byte("Terms")},
	} {
		set := mustParse(t, files{"page.html": "{{with sendmail}}\n" + head + "Text" + call + "{{end}}"}, "docs/terms.txt", "Terms")
		data["Reader"] = bytes.NewReader(pdf)
		_, mails, err := execute(t, set, "page.html", data)
		require.NoError(t, err, call)
		d := decoded(t, mails[0])
		require.Equal(t, "Text\n", d.Text)
		require.Equal(t, []decode.File{want}, d.Attachments, call)
	}
	for call, want := range map[string]string{
		`{{attach "a" .Nil}}`: "the value is nil or missing", `{{attach "a" .NilReader}}`: "the value is nil or missing", `{{attach "a" .String}}`: "a value of type string is no content",
		`{{attach "a" .Raw}}`: "a value of type template.HTML is no content", `{{attach "a" .Broken}}`: "the disk is gone", `{{attach .Nil .PDF}}`: "the value is nil or missing",
		`{{attach "a" .PDF "type" .String}}`: "x", `{{attach "a" .PDF "as" .Nil}}`: "the value is nil or missing", `{{attach "a" .Typo}}`: "no entry for key",
		`{{range .Many}}{{attach "a" $.PDF}}{{end}}`: "more than 100 files", `{{attach "a" .Endless}}`: "larger than 26214400 bytes",
	} {
		require.Contains(t, failing(t, "{{with sendmail}}\n"+head+call+"{{end}}", data), want, call)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// Content is what it is when attach is called.
func TestAttachCaptures(t *testing.T) {
	content := []byte("before")
	set, err := Config{Funcs: template.FuncMap{"change": func() string { copy(content, "after!"); return "" }}}.ParseFS(files{"page.html": "{{with sendmail}}\n" + head + `{{attach "a.txt" .}}{{change}}{{end}}`}.fs(), "*.html")
	require.NoError(t, err)
	_, mails, err := execute(t, set, "page.html", content)
	require.NoError(t, err)
	require.Equal(t, "before", string(decoded(t, mails[0]).Attachments[0].Data))
}

func TestEmbed(t *testing.T) {
	set := mustParse(t, files{"page.html": "{{with sendmail}}\n" + head + `{{with part "text/html"}}{{$logo := embed "img/logo.png"}}<img src="{{$logo}}"><img src="{{embed "img/logo.png"}}"><div style="background: url({{$logo}})"></div><img src="{{embed "chart.png" .}}">{{end}}{{end}}`}, "img/logo.png", "\x89PNG\r\n\x1a\nlogo")
	_, mails, err := execute(t, set, "page.html", []byte("\x89PNG\r\n\x1a\nchart"))
	require.NoError(t, err)
	d := decoded(t, mails[0])
	require.Len(t, d.Images, 2, "the same image is one part")
	require.Equal(t, "image/png", d.Images[0].Type)
	require.Equal(t, 3, strings.Count(d.HTML, "cid:"+d.Images[0].ContentID))
	require.Equal(t, 1, strings.Count(d.HTML, "cid:"+d.Images[1].ContentID))
	require.Equal(t, "multipart/related\n  multipart/alternative\n    text/plain\n    text/html\n  image/png\n  image/png", d.Structure)
}

// Files of a set that was parsed elsewhere come from Config.Files.
func TestConfigFiles(t *testing.T) {
	page := template.Must(template.New("page").Funcs(FuncMap()).Parse("{{with sendmail}}\n" + head + `{{attach "a.txt"}}{{end}}`))
	_, err := New(page)
	require.ErrorContains(t, err, "the set has no files")
	set, err := Config{Files: fstest.MapFS{"a.txt": {Data: []byte("x")}}}.New(page)
	require.NoError(t, err)
	_, mails, err := execute(t, set, "page", nil)
	require.NoError(t, err)
	require.Len(t, decoded(t, mails[0]).Attachments, 1)
}

// A page has no part, attach or embed; a template that mails call may stand in a
// page's way, too.
func TestActionsOutsideOfMail(t *testing.T) {
	set := mustParse(t, files{"page.html": `{{template "logo" .}}`, "mail.html": `{{define "logo"}}<img src="{{embed "a" .}}">{{end}}` + "{{with sendmail}}\n" + head + `{{with part "text/html"}}{{template "logo" .}}{{end}}{{end}}`})
	err := set.Execute(context.Background(), io.Discard, "page.html", []byte("x"))
	require.ErrorIs(t, err, errNotPrepared)
}

// What an HTML part prints is bounded like the rest of the mail.
func TestPartTooLarge(t *testing.T) {
	loop := "{{with sendmail}}\n" + head + `{{with part "text/html"}}{{range $i := 1000000000}}{{$}}{{end}}{{end}}{{end}}`
	require.Contains(t, failing(t, loop, strings.Repeat("x", 1<<20)), "the mail is larger than 26214400 bytes")
}

// The error names the line in the part, of html/template too.
func TestErrorInAPart(t *testing.T) {
	const page = "{{with sendmail}}\n" + head + "{{with part \"text/html\"}}\n<p>\n{{.Typo}}</p>{{end}}{{end}}"
	_, _, err := execute(t, mustParse(t, files{"page.html": page}), "page.html", map[string]any{})
	require.EqualError(t, err, `tag: page.html:8:3: <.Typo>: map has no entry for key "Typo"`)
	_, _, err = execute(t, mustParse(t, files{"page.html": strings.Replace(page, "{{.Typo}}", `{{embed "a" .N}}`, 1)}), "page.html", map[string]any{"N": 7})
	require.ErrorContains(t, err, "page.html:8:3: ")
}
