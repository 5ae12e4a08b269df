package tag

import (
	"html/template"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const head = "From: shop@acme.example\nTo: ann@example.com\nSubject: s\n\n"

type customer struct{ Name, Email string }

// Greeting has a pointer receiver: dot must stay addressable to reach it.
func (c *customer) Greeting() string { return "Dear " + c.Name }

func TestBlockLeavesNothingInThePage(t *testing.T) {
	block := `{{with sendmail "immediate"}}` + "\n" + head + "Hi\n" + `{{end}}`
	for name, page := range map[string]struct{ before, after string }{
		"text":           {"<p>a</p>", "<p>b</p>"},
		"script":         {"<script>let a = 1;", "let b = 2;</script>"},
		"script string":  {`<script>let a = "x`, `y";</script>`},
		"style":          {"<style>p{}", "b{}</style>"},
		"attribute":      {`<p title="x`, `y">`},
		"unquoted":       {`<p title=x`, `y>`},
		"tag":            {`<p `, `id="x">`},
		"url":            {`<a href="/x`, `/y">l</a>`},
		"comment inside": {`<textarea>`, `</textarea>`},
		"table":          {`<table><tr>`, `</tr></table>`},
	} {
		t.Run(name, func(t *testing.T) {
			set := mustParse(t, files{"page.html": page.before + block + page.after})
			got, mails, err := execute(t, set, "page.html", nil)
			require.NoError(t, err)
			require.Equal(t, page.before+page.after, got)
			require.Len(t, mails, 1)
			require.Equal(t, "Hi\r\n", readMail(t, mails[0]).body)
		})
	}
}

// html/template executes what stands in a comment of HTML, of which the page shows
// nothing.
func TestBlockInAComment(t *testing.T) {
	block := "{{with sendmail}}\n" + head + "Hi\n{{end}}"
	for comment, mails := range map[string]int{"<!-- " + block + " -->": 1, "{{/* " + block + " */}}": 0} {
		page, sent, err := execute(t, mustParse(t, files{"page.html": "a" + comment + "b"}), "page.html", nil)
		require.NoError(t, err)
		require.Equal(t, "ab", page)
		require.Len(t, sent, mails, comment)
	}
}

func TestBlockKeepsDotAndVariables(t *testing.T) {
	data := map[string]any{
		"Shop":      "Acme",
		"Customers": []customer{{"Ann", "ann@example.com"}, {"Bob", "bob@example.com"}},
	}
	for name, test := range map[string]struct{ page, want string }{
		"dot":                     {`{{with index .Customers 0}}{{template "m" .}}{{end}}`, "Dear Ann"},
		"dollar":                  {`{{range .Customers}}{{with sendmail}}` + head + `{{$.Shop}}{{end}}{{break}}{{end}}`, "Acme"},
		"outer variable":          {`{{$x := .Shop}}{{with sendmail}}` + head + `{{$x}}{{end}}`, "Acme"},
		"field of variable":       {`{{range $i, $c := .Customers}}{{if $i}}{{with sendmail}}` + head + `{{$i}} {{$c.Name}}{{end}}{{end}}{{end}}`, "1 Bob"},
		"pointer method":          {`{{range .Customers}}{{with sendmail}}` + head + `{{.Greeting}}{{end}}{{break}}{{end}}`, "Dear Ann"},
		"pointer method of var":   {`{{range $c := .Customers}}{{with sendmail}}` + head + `{{$c.Greeting}}{{end}}{{break}}{{end}}`, "Dear Ann"},
		"inner variable":          {`{{with sendmail}}` + head + `{{$x := .Shop}}{{range .Customers}}{{$x}} {{.Name}}{{break}}{{end}}{{end}}`, "Acme Ann"},
		"variable of the headers": {`{{with sendmail}}{{$x := .Shop}}` + "\n" + head + `{{$x}}{{end}}`, "Acme"},
		"shadowed":                {`{{$x := 1}}{{with sendmail}}` + head + `{{$x}}{{$x := 2}}{{$x}}{{end}}`, "12"},
		"shadowed in a branch":    {`{{$x := "outer"}}{{with sendmail}}` + head + `{{if true}}{{$x := "inner "}}{{$x}}{{end}}{{$x}}{{end}}`, "inner outer"},
		"shadowed by an if":       {`{{$x := "outer"}}{{with sendmail}}` + head + `{{if $x := "inner "}}{{$x}}{{end}}{{$x}}{{end}}`, "inner outer"},
		"else branch":             {`{{if .Nope}}{{else}}{{with sendmail}}` + head + `{{.Shop}}{{end}}{{end}}`, "Acme"},
		"else with":               {`{{with .Nope}}{{else with sendmail}}` + head + `{{.Shop}}{{end}}`, "Acme"},
		"falsy dot":               {`{{range list 0}}{{with sendmail}}` + head + `[{{.}}]{{end}}{{end}}`, "[0]"},
		"called in the body":      {`{{with sendmail}}` + head + `{{template "text" .Shop}}{{end}}`, "<Acme>"},
		"sprig":                   {`{{with sendmail}}` + head + `{{.Shop | upper}}{{end}}`, "ACME"},
	} {
		t.Run(name, func(t *testing.T) {
			set := mustParse(t, files{
				"page.html": test.page,
				"m.html":    `{{define "m"}}{{with sendmail}}` + head + `{{.Greeting}}{{end}}{{end}}{{define "text"}}<{{.}}>{{end}}`,
			})
			_, mails, err := execute(t, set, "page.html", data)
			require.NoError(t, err)
			require.Len(t, mails, 1)
			require.Equal(t, test.want+"\r\n", readMail(t, mails[0]).body)
		})
	}
}

func TestRangeSendsOneMailPerRound(t *testing.T) {
	set := mustParse(t, files{"page.html": `<ul>{{range .}}<li>{{.Name}}{{with sendmail "defer"}}
		From: shop@acme.example
		To: {{.Name}} <{{.Email}}>

		Hello {{.Name}}
	{{end}}</li>{{end}}</ul>`})
	page, mails, err := execute(t, set, "page.html", []customer{{"Ann", "ann@example.com"}, {"Bob", "bob@example.com"}})
	require.NoError(t, err)
	require.Equal(t, "<ul><li>Ann</li><li>Bob</li></ul>", page)
	require.Len(t, mails, 2)
	require.Equal(t, []string{"ann@example.com"}, mails[0].To)
	require.Equal(t, []string{"bob@example.com"}, mails[1].To)
	require.Equal(t, "Hello Bob\r\n", readMail(t, mails[1]).body)
}

func TestBlockInPartialsIsSentOncePerCall(t *testing.T) {
	set := mustParse(t, files{
		"page.html": `{{template "a" .}}{{template "b" .}}{{template "a" .}}{{template "nodata"}}`,
		"part.html": `{{define "a"}}A{{template "b" .}}{{end}}{{define "b"}}{{with sendmail}}` + head + `{{.}}{{end}}B{{end}}` +
			`{{define "nodata"}}{{with sendmail}}` + head + `none{{end}}{{end}}`,
	})
	page, mails, err := execute(t, set, "page.html", "x")
	require.NoError(t, err)
	require.Equal(t, "ABBAB", page)
	require.Len(t, mails, 4)
}

// Pages that are rendered side by side must not mix.
func TestExecutionsDoNotMix(t *testing.T) {
	set := mustParse(t, files{"page.html": `{{with sendmail}}` + "From: s@acme.example\nTo: {{.Email}}\n\n{{range .Many}}{{$.Name}}\n{{end}}" + `{{end}}{{.Name}}`})
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			name := strings.Repeat(string(rune('a'+i)), 8)
			page, mails, err := run(set, "page.html", map[string]any{"Name": name, "Email": name + "@example.com", "Many": make([]int, 500)})
			assert.NoError(t, err)
			assert.Equal(t, name, string(page))
			assert.Equal(t, []string{name + "@example.com"}, mails[0].Mail.To)
			assert.True(t, strings.HasSuffix(string(mails[0].Mail.Data), strings.Repeat(name+"\r\n", 500)))
		})
	}
	group.Wait()
}

// Two files of the same name, and two texts parsed under one name, have blocks at
// the same place.
func TestBlocksAtTheSamePlace(t *testing.T) {
	block := func(name string) string {
		return `{{define "` + name + `"}}{{with sendmail}}` + "\nFrom: a@b.example\nTo: " + name + "@b.example\n\n{{end}}{{end}}"
	}
	set, err := ParseFS(files{"a/mails.html": block("a"), "b/mails.html": block("b")}.fs(), "a/*.html", "b/*.html")
	require.NoError(t, err)
	page := template.New("page").Funcs(FuncMap())
	template.Must(page.Parse(block("a")))
	template.Must(page.Parse(block("b") + `{{define "mail 1"}}{{end}}`))
	same, err := New(page)
	require.NoError(t, err)
	for _, set := range []*Set{set, same} {
		for _, name := range []string{"a", "b"} {
			_, mails, err := execute(t, set, name, nil)
			require.NoError(t, err)
			require.Len(t, mails, 1)
			require.Equal(t, []string{name + "@b.example"}, mails[0].To)
		}
	}
}

func TestBlockWithoutBody(t *testing.T) {
	set := mustParse(t, files{"page.html": `<p>{{sendmail "to" .Email "from" "Acme <shop@acme.example>" "subject" (printf "Hi %s" .Name) "text" .Note}}</p>`})
	page, mails, err := execute(t, set, "page.html", map[string]string{"Email": "ann@example.com", "Name": "Ann", "Note": "<b>1 & 2</b>"})
	require.NoError(t, err)
	require.Equal(t, "<p></p>", page)
	require.Len(t, mails, 1)
	got := readMail(t, mails[0])
	require.Equal(t, "Hi Ann", got.subject(t))
	require.Equal(t, "<b>1 & 2</b>\r\n", got.body)
	require.Equal(t, "shop@acme.example", mails[0].From)
}

func TestPageWithoutData(t *testing.T) {
	m := one(t, `{{with sendmail}}`+"\n"+head+`{{if .}}some{{else}}none{{end}}{{if $}}some{{end}}{{end}}`, nil)
	require.Equal(t, "none\r\n", readMail(t, m).body)
}

func TestUnpreparedSetSendsNothing(t *testing.T) {
	page := template.Must(template.New("p").Funcs(FuncMap()).Parse(`a{{with sendmail "immediate"}}` + head + `secret{{end}}b`))
	var out strings.Builder
	require.ErrorContains(t, page.Execute(&out, nil), "hand them to tag.New")
	require.NotContains(t, out.String(), "secret")
}

func TestNewLeavesItsArgumentAlone(t *testing.T) {
	page := template.Must(template.New("p").Funcs(FuncMap()).Parse(`a{{with sendmail}}` + head + `x{{end}}b`))
	_, err := New(page)
	require.NoError(t, err)
	require.Contains(t, page.Tree.Root.String(), "with sendmail", "the block is still there")
	set, err := New(page)
	require.NoError(t, err)
	got, mails, err := execute(t, set, "p", nil)
	require.NoError(t, err)
	require.Equal(t, "ab", got)
	require.Len(t, mails, 1)

	require.Error(t, page.Execute(&strings.Builder{}, nil))
	_, err = New(page)
	require.ErrorContains(t, err, "executed before")
}
