package tag

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTemplatesInHeaders(t *testing.T) {
	type node struct {
		Name, Email string
		Next        any
	}
	chain := &node{"Eve", "e@example.com", &node{"Fay, F", "f@example.com", nil}}
	data := map[string]any{
		"Name": "Ann", "Email": "ann@example.com", "User": "ann", "Chain": chain, "Yes": true, "No": false, "ID": "1@m.example",
		"People": []node{{"Eve", "e@example.com", nil}, {"Fay, F", "f@example.com", nil}},
		"Bytes":  []byte("a"),
		"Evil":   "a\r\nBcc: x@evil.example", "Strings": []string{"s@example.com", "t@example.com"},
	}
	const to = "To: <t@example.com>\n"
	const toBoth = "To: Eve <e@example.com>, Fay, F <f@example.com>\n"
	for name, test := range map[string]struct{ defined, block, want string }{
		"a subject":                   {"Hi {{.Name}}", "To: t@example.com\nSubject: {{template \"x\" .}}!\n\nBody", to + "Subject: Hi Ann!\n\nBody\n"},
		"a subject on its own lines":  {"\n  Hi {{.Name}}\n\n", "To: t@example.com\nSubject: Re: {{template \"x\" .}}!\nX-A: a\n\nBody", to + "Subject: Re: Hi Ann!\nX-A: a\n\nBody\n"},
		"a subject behind a comment":  {"\n{{/* c */}}\nHi {{.Name}}\n{{/* d */}}\n", "To: t@example.com\nSubject: {{template \"x\" .}}!\n\nBody", to + "Subject: Hi Ann!\n\nBody\n"},
		"a subject, not HTML":         {"<{{.Evil}}>", "To: t@example.com\nSubject: {{template \"x\" .}}\n\nBody", to + "Subject: <a Bcc: x@evil.example>\n\nBody\n"},
		"a line":                      {"To: {{.Name}} <{{.Email}}>", "{{template \"x\" .}}\nSubject: s\n\nBody", "To: Ann <ann@example.com>\nSubject: s\n\nBody\n"},
		"lines":                       {"\n\n  To: {{.Name}} <{{.Email}}>\n  Cc: c@example.com,\n    {{.Email}}\n\n", "{{template \"x\" .}}\nSubject: s\n\nBody", "To: Ann <ann@example.com>\nCc: <c@example.com>, <ann@example.com>\nSubject: s\n\nBody\n"},
		"lines, indented call":        {"\nTo: t@example.com\nX-A: a", "X-B: b\n  {{template \"x\" .}}\n  Subject: s\n\nBody", to + "Subject: s\nX-A: a\nX-B: b\n\nBody\n"},
		"lines, CRLF":                 {"\r\n\r\nTo: t@example.com\r\nX-A: a\r\n\r\n", "{{template \"x\" .}}\r\nSubject: s\r\n\r\nBody", to + "Subject: s\nX-A: a\n\nBody\n"},
		"lines behind a line":         {"\nX-A: a\nX-B: b\n", "To: t@example.com{{template \"x\" .}}\n\nBody", to + "X-A: a\nX-B: b\n\nBody\n"},
		"no lines":                    {"\n{{if .No}}Cc: c@example.com{{end}}\n", "To: t@example.com\n{{template \"x\" .}}\n\nBody", to + "\nBody\n"},
		"the rest of a line":          {", c@example.com\nSubject: {{.Name}}", "To: t@example.com{{template \"x\" .}} Lee\n\nBody", "To: <t@example.com>, <c@example.com>\nSubject: Ann Lee\n\nBody\n"},
		"lines in a branch":           {"\nCc: {{.Email}}\n", "To: t@example.com\n{{if .Yes}}{{template \"x\" .}}{{end}}\nSubject: s\n\nBody", to + "Cc: <ann@example.com>\nSubject: s\n\nBody\n"},
		"lines in a range":            {"\nTo: {{.Name}} <{{.Email}}>", "{{range .People}}{{template \"x\" .}}{{end}}\nSubject: s\n\nBody", toBoth + "Subject: s\n\nBody\n"},
		"a range of lines":            {"{{range .}}To: {{.Name}} <{{.Email}}>\n{{end}}", "{{template \"x\" .People}}\nSubject: s\n\nBody", toBoth + "Subject: s\n\nBody\n"},
		"a name":                      {"{{.Name}} {{.Evil}}", "To: {{template \"x\" .}} <{{.Email}}>\n\n", "To: Ann a Bcc: x@evil.example <ann@example.com>\n\n"},
		"a quoted name":               {"{{.Name}}, {{.Evil}}", "To: \"{{template \"x\" .}}\" <{{.Email}}>\n\n", "To: Ann, a Bcc: x@evil.example <ann@example.com>\n\n"},
		"an address":                  {"{{.Email}}", "To: {{template \"x\" .}}\n\n", "To: <ann@example.com>\n\n"},
		"an address in angles":        {"{{.Email}}", "To: Ann <{{template \"x\" .}}>, {{template \"x\" .}}\n\n", "To: Ann <ann@example.com>, <ann@example.com>\n\n"},
		"a name and an address":       {"{{.Email}}", "To: {{template \"x\" .}} <{{.Email}}>, {{template \"x\" .}}\n\n", "To: ann@example.com <ann@example.com>, <ann@example.com>\n\n"},
		"a part of an address":        {"{{.User}}", "To: {{template \"x\" .}}@example.com, <{{template \"x\" .}}+1@example.com>\n\n", "To: <ann@example.com>, <ann+1@example.com>\n\n"},
		"the rest of an address":      {"@example.com", "To: {{.User}}{{template \"x\" .}}\n\n", "To: <ann@example.com>\n\n"},
		"the angles":                  {" <{{.Email}}>", "To: {{.Evil}}{{template \"x\" .}}\n\n", "To: a Bcc: x@evil.example <ann@example.com>\n\n"},
		"the beginning of a line":     {"Cc: c", "To: t@example.com\n{{template \"x\" .}}@example.com\n\n", to + "Cc: <c@example.com>\n\n"},
		"a comma":                     {", ", "To: {{.Email}}{{template \"x\" .}}{{.Strings}}\n\n", "To: <ann@example.com>, <s@example.com>, <t@example.com>\n\n"},
		"a list":                      {"{{.Strings}}", "To: {{template \"x\" .}}\n\n", "To: <s@example.com>, <t@example.com>\n\n"},
		"an address or nothing":       {"{{if .Yes}}{{.Name}} <{{.Email}}>, {{end}}", "To: {{template \"x\" .}}t@example.com\n\n", "To: Ann <ann@example.com>, <t@example.com>\n\n"},
		"Message-IDs":                 {"{{.ID}} <2@{{.User}}>", "To: t@example.com\nReferences: {{template \"x\" .}}\n\n", to + "References: <1@m.example> <2@ann>\n\n"},
		"a literal structured value":  {"{{if .Yes}}bulk{{else}}list{{end}}", "To: t@example.com\nPrecedence: {{template \"x\" .}}\n\n", to + "Precedence: bulk\n\n"},
		"recursion in a list":         {"{{.Name}} <{{.Email}}>{{with .Next}}, {{template \"x\" .}}{{end}}", "To: {{template \"x\" .Chain}}\n\n", toBoth + "\n"},
		"recursion in bare addresses": {"{{.Email}}{{with .Next}}, {{template \"x\" .}}{{end}}", "To: {{template \"x\" .Chain}}, t@example.com\n\n", "To: <e@example.com>, <f@example.com>, <t@example.com>\n\n"},
		"recursion first":             {"{{with .Next}}{{template \"x\" .}}, {{end}}{{.Email}}", "To: {{template \"x\" .Chain}}\n\n", "To: <f@example.com>, <e@example.com>\n\n"},
		"recursion of lines":          {"To: {{.Name}} <{{.Email}}>\n{{with .Next}}{{template \"x\" .}}{{end}}", "{{template \"x\" .Chain}}\n\nBody", toBoth + "\nBody\n"},
		"recursion of lines, first":   {"{{with .Next}}{{template \"x\" .}}\n{{end}}Cc: {{.Email}}", "To: t@example.com\n{{template \"x\" .Chain}}\n\nBody", to + "Cc: <f@example.com>, <e@example.com>\n\nBody\n"},
		"recursion in a name":         {"{{.Name}}{{with .Next}} {{template \"x\" .}}{{end}}", "To: {{template \"x\" .Chain}} <t@example.com>\nSubject: {{template \"x\" .Chain}}\n\n", "To: Eve Fay, F <t@example.com>\nSubject: Eve Fay, F\n\n"},
		"two that call each other":    {"{{.Email}}{{with .Next}}, {{template \"y\" .}}{{end}}", "To: {{template \"x\" .Chain}}\n\n", "To: <e@example.com>, <f@example.com>\n\n"},
		"called twice in one":         {"{{template \"z\" .}}, {{template \"z\" .}}", "To: {{template \"x\" .}}\nSubject: {{template \"x\" .}}\n\n", "To: <ann@example.com>, <ann@example.com>\nSubject: ann@example.com, ann@example.com\n\n"},
		"in the body as well":         {"<{{.Evil}}>", "To: t@example.com\nSubject: {{template \"x\" .}}\n\n{{template \"x\" .}}", to + "Subject: <a Bcc: x@evil.example>\n\n<a\nBcc: x@evil.example>\n"},
		"variables of its own":        {"{{$n := .Name}}{{range .People}}{{$n}} {{.Name}} {{$.User}} {{end}}", "To: t@example.com\nSubject: {{template \"x\" .}}\n\n", to + "Subject: Ann Eve ann Ann Fay, F ann\n\n"},
		"without data":                {"{{if .}}some{{else}}none{{end}}", "To: t@example.com\nSubject: {{template \"x\"}}\n\n", to + "Subject: none\n\n"},
		"block":                       {"", "To: t@example.com\nSubject: {{block \"b\" .}}Hi {{.Evil}}{{end}}\n\n", to + "Subject: Hi a Bcc: x@evil.example\n\n"},
		"dropped":                     {"{{if .No}}a{{end}}", "To: t@example.com\nSubject: {{template \"x\" .}}\n\nBody", to + "\nBody\n"},
		"an attachment":               {"\nTo: t@example.com\n{{attach \"a.txt\" .Bytes}}\n", "{{template \"x\" .}}\n\nBody", to + "\nBody\n"},
	} {
		t.Run(name, func(t *testing.T) {
			set := mustParse(t, files{
				"page.html": "<p>{{with sendmail}}\nFrom: shop@acme.example\n" + test.block + "{{end}}</p>",
				"defs.html": `{{define "x"}}` + test.defined + `{{end}}{{define "y"}}{{template "x" .}}{{end}}{{define "z"}}{{.Email}}{{end}}`,
			})
			_, mails, err := execute(t, set, "page.html", data)
			require.NoError(t, err)
			require.Len(t, mails, 1)
			if name == "an attachment" {
				require.Contains(t, string(mails[0].Data), "a.txt")
				return
			}
			require.Equal(t, "From: <shop@acme.example>\n"+test.want, mailText(t, readMail(t, mails[0])))
		})
	}
}

// Each row is a called template, the header line that calls it, and the mistake.
func TestMistakesInCalledTemplates(t *testing.T) {
	for name, test := range map[string]struct {
		defined, line string
		code          Code
		want          string
	}{
		"blank line":              {"\nX-A: a\n\nX-B: b\n", `{{template "x" .}}`, ErrBlankInBranch, "defs.html:3:1: the blank line that ends the headers stands in a called template, in a template that page.html:4:12 calls: put it into the block"},
		"blank line, in a branch": {"{{if .}}\nX-A: a\n\n{{end}}", `{{template "x" .}}`, ErrBlankInBranch, "defs.html:3:1: the blank line that ends the headers stands in a called template"},
		"no colon":                {"Dear Ann", `{{template "x" .}}`, ErrNoColon, `defs.html:1:19: the header line "Dear" has no colon, in a template that page.html:4:12 calls`},
		"half a name":             {"X-A", `{{template "x" .}}: a`, ErrNoColon, `the header line "X-A" has no colon`},
		"in a name":               {"A", `X-{{template "x" .}}: a`, ErrValueAsName, "page.html:4:14: a template is called in the name of a header: call it at the beginning"},
		"value as a name":         {"{{.}}: a", `{{template "x" .}}`, ErrValueAsName, "defs.html:1:17: a value stands where the name of a header must, in a template that page.html:4:12 calls"},
		"structured":              {"{{.}}", `Precedence: {{template "x" .}}`, ErrForbiddenValue, "defs.html:1:17: a value stands in the header Precedence, in a template that page.html:4:24 calls"},
		"behind an address":       {"{{.}}", `Cc: <a@b> {{template "x" .}}`, ErrForbiddenValue, "defs.html:1:17: a value stands behind an address"},
		"unknown header":          {"\nNope: a", `{{template "x" .}}`, ErrUnknownHeader, "defs.html:2:1: the header Nope is not known here"},
		"literal address":         {"\nCc: nobody\n", `{{template "x" .}}`, ErrAddress, "defs.html:2:11: the header Cc holds no addresses"},
		"open quotes":             {`"{{.}}`, `Cc: {{template "x" .}} <a@b>`, ErrAddress, "page.html:4:29: the line ends in quotes (Cc)"},
		"twice":                   {"To: a@b\nSubject: s", "Subject: a\n{{template \"x\" .}}", ErrHeaderTwice, `page.html:5:12: the template "x" writes the header Subject a second time`},
		"twice, below":            {"Subject: s", "{{template \"x\" .}}\nSubject: a", ErrHeaderTwice, `page.html:5:8: the header Subject stands twice`},
		"endless":                 {`{{template "x" .}}`, `Cc: {{template "x" .}}`, ErrTemplateCall, "page.html:4:16: the template calls itself without end: call it in an if or with"},
		"endless, two":            {`{{template "y" .}}`, `Cc: {{template "x" .}}`, ErrTemplateCall, "the template calls itself without end"},
		"another end each time":   {`"{{with .Next}}{{template "x" .}}{{end}}`, `Cc: {{template "x" .}}`, ErrBranchEnd, "one branch ends"},
		"missing":                 {"", `Cc: {{template "nope" .}}`, ErrNoTemplate, `page.html:4:16: the template "nope" does not exist`},
		"missing, below":          {`{{template "nope" .}}`, `Cc: {{template "x" .}}`, ErrNoTemplate, `the template "nope" does not exist`},
		"sends mail":              {`{{sendmail "from" "a@b" "to" "a@b"}}`, `Cc: {{template "x" .}}`, ErrNested, `page.html:4:16: a mail calls the template "x", which sends mail itself`},
		"a name and an address":   {"{{.}}", `Cc: {{template "x" .}}{{if .}} <a@b>{{end}}`, ErrAmbiguousValue, `page.html:4:16: the value is a name in one branch and an address in another`},
		"given to a template":     {"{{if .}} <a@b>{{end}}", `Cc: {{.}}{{template "x" .}}`, ErrAmbiguousValue, `page.html:4:7: the value is a name in one branch and an address in another`},
	} {
		t.Run(name, func(t *testing.T) {
			c := Config{From: "a@b.example"}
			page := "{{with sendmail}}\nX-C: c\nTo: c@d.example\n" + test.line + "\n\nx{{end}}"
			defs := `{{define "x"}}` + test.defined + `{{end}}{{define "y"}}{{template "x" .}}{{end}}`
			_, err := c.ParseFS(files{"page.html": page, "defs.html": defs}.fs(), "*.html")
			var mistakes Mistakes
			require.ErrorAs(t, err, &mistakes)
			require.Len(t, mistakes, 1, "%v", err)
			require.Equal(t, test.code, mistakes[0].Code, "%v", err)
			require.Contains(t, mistakes[0].String(), test.want)
		})
	}
}

// A mistake in a called template is said alone, not with the headers that it might
// have held.
func TestMistakeInACalledTemplateStandsAlone(t *testing.T) {
	for defined, code := range map[string]Code{
		`{{define "x"}}Nope: x{{end}}`:                      ErrUnknownHeader,
		`{{define "y"}}{{end}}`:                             ErrNoTemplate,
		`{{define "x"}}{{template "x"}}{{end}}`:             ErrTemplateCall,
		`{{define "x"}}{{sendmail "from" . "to" .}}{{end}}`: ErrNested,
	} {
		_, err := ParseFS(files{"page.html": "{{with sendmail}}\n{{template \"x\"}}\n\nx{{end}}" + defined}.fs(), "*.html")
		var mistakes Mistakes
		require.ErrorAs(t, err, &mistakes)
		require.Len(t, mistakes, 1, "%v", err)
		require.Equal(t, code, mistakes[0].Code)
	}
	_, err := ParseFS(files{"page.html": "{{with sendmail}}\n{{template \"a.mail\"}}\n\nx{{end}}", "a.mail": "From: a@b\nTo: a@b\n\nx"}.fs(), "*.*")
	require.ErrorContains(t, err, `page.html:2:12: a mail calls the mail template "a.mail"`)
	require.NotContains(t, err.Error(), "no recipient")
}

// Every template calls every other one, which could be gone through in ever new
// ways.
func TestManyTemplatesInHeaders(t *testing.T) {
	const n = 12
	text := "{{with sendmail}}\nFrom: a@b.example\nTo: {{template \"t0\" .}}\n\nx{{end}}"
	for i := range n {
		text += fmt.Sprintf(`{{define "t%d"}}{{if .}}`, i)
		for k := range n {
			text += fmt.Sprintf(`{{template "t%d" .}}, `, k)
		}
		text += "{{end}}a@b{{end}}"
	}
	set, err := ParseFS(files{"page.html": text}.fs(), "*.html")
	require.NoError(t, err)
	_, mails, err := execute(t, set, "page.html", false)
	require.NoError(t, err)
	require.Equal(t, []string{"a@b"}, mails[0].To)
}

// What goes wrong in a called template is said with its place there.
func TestValuesInCalledTemplates(t *testing.T) {
	for name, test := range map[string]struct {
		defined string
		value   any
		want    string
	}{
		"nil":         {"\n  To: {{.Nil}}", map[string]any{"Nil": nil}, "tag: defs.html:2:9: the value is nil or missing"},
		"missing":     {"\n  To: {{.Typo}}", map[string]any{}, `tag: defs.html:2:9: <.Typo>: map has no entry for key "Typo"`},
		"two":         {"To: {{.}}", "a@b, c@d", "tag: defs.html:1:21: \"a@b, c@d\" is not one address but 2"},
		"in pieces":   {"To: x{{.}}", "a@b", "tag: defs.html:1:22: \"a@b\" cannot be a part of an address"},
		"Message-IDs": {"References: {{.}}", "a@b c@d", "tag: defs.html:1:29: "},
	} {
		t.Run(name, func(t *testing.T) {
			set := mustParse(t, files{
				"page.html": "{{with sendmail}}\nFrom: a@b.example\nCc: c@d.example\n{{template \"x\" .}}\n\nx{{end}}",
				"defs.html": `{{define "x"}}` + test.defined + `{{end}}`,
			})
			_, _, err := execute(t, set, "page.html", test.value)
			require.ErrorContains(t, err, test.want)
		})
	}
}

// Nothing grows without a bound.
func TestTooManyTemplatesInHeaders(t *testing.T) {
	text := "{{with sendmail}}\nFrom: a@b.example\nTo: {{template \"t0\" .}}\n\nx{{end}}"
	for i := range maxTrials + 1 {
		text += fmt.Sprintf(`{{define "t%d"}}{{template "t%d" .}}{{end}}`, i, i+1)
	}
	_, err := ParseFS(files{"page.html": text + fmt.Sprintf(`{{define "t%d"}}a@b{{end}}`, maxTrials+1)}.fs(), "*.html")
	require.ErrorContains(t, err, "the templates in the headers call each other in too many ways")
}
