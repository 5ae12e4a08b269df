package tag

import (
	"errors"
	"html/template"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Each row is a page and the mistakes that it has, without the advice, but with
// the code.
func TestMistakes(t *testing.T) {
	block := func(lines string) string { return "{{with sendmail}}\n" + lines + "{{end}}" }
	for name, test := range map[string]struct {
		page string
		want []string
	}{
		"unknown word":         {`{{with sendmail "soon"}}{{end}}`, []string{`page.html:1:17: sendmail has no word "soon" [ErrUnknownWord]`}},
		"unknown word, valued": {`{{sendmail "html" .X "soon"}}`, []string{`page.html:1:12: sendmail has no word "html" [ErrUnknownWord]`}},
		"word is a field":      {`{{with sendmail .Word}}{{end}}`, []string{`page.html:1:17: .Word stands where a word of sendmail must [ErrUnknownWord]`}},
		"word without value":   {`{{sendmail "to"}}`, []string{`page.html:1:12: the word "to" has no value [ErrMissingValue]`}},
		"word twice":           {`{{sendmail "to" .A "to" .B}}`, []string{`page.html:1:20: the word "to" stands twice [ErrContradiction]`}},
		"contradicting words":  {`{{sendmail "immediate" "defer"}}`, []string{`page.html:1:24: "defer" contradicts the word "immediate" [ErrContradiction]`}},
		"after and immediate":  {`{{sendmail "immediate" "after" "1h"}}`, []string{`page.html:1:24: "after" contradicts the word "immediate" [ErrContradiction]`}},
		"immediate and after":  {`{{sendmail "after" "1h" "immediate"}}`, []string{`page.html:1:25: "immediate" contradicts the word "after" [ErrContradiction]`}},
		"literal delay":        {`{{sendmail "after" "soon"}}`, []string{`page.html:1:20: "soon" is no duration [ErrWrongValue]`}},
		"negative delay":       {`{{sendmail "after" "-1h"}}`, []string{`page.html:1:20: "-1h" is no duration [ErrWrongValue]`}},
		"literal address":      {`{{sendmail "to" "ann"}}`, []string{`page.html:1:17: "ann" is no address [ErrWrongValue]`}},
		"number as address":    {`{{sendmail "to" 7}}`, []string{`page.html:1:17: 7 is no value for "to" [ErrWrongValue]`}},
		"nil value":            {`{{sendmail "subject" nil}}`, []string{`page.html:1:22: nil is no value for "subject" [ErrWrongValue]`}},

		"words behind unknown": {`{{sendmail "soon" .X "after" "never" .Y "once" "now" "to" "ann"}}`, []string{`page.html:1:12: sendmail has no word "soon" [ErrUnknownWord]`, `page.html:1:30: "never" is no duration [ErrWrongValue]`, `page.html:1:38: .Y stands where a word of sendmail must [ErrUnknownWord]`, `page.html:1:48: sendmail has no word "now" [ErrUnknownWord]`, `page.html:1:59: "ann" is no address [ErrWrongValue]`}},
		"word for a value":     {`{{sendmail "from" "a@b" "to" "subject" "Hi"}}`, []string{`page.html:1:25: the word "to" has no value [ErrMissingValue]`}},
		"two without a value":  {`{{sendmail "after" "expires" "once" "to"}}`, []string{`page.html:1:12: the word "after" has no value [ErrMissingValue]`, `page.html:1:20: the word "expires" has no value [ErrMissingValue]`, `page.html:1:37: the word "to" has no value [ErrMissingValue]`}},
		"word without quotes":  {`{{with sendmail immediate}}{{end}}`, []string{`page.html:1:17: the function "immediate" is not known [ErrUnknownFunc]`, `page.html:1:17: immediate stands where a word of sendmail must [ErrUnknownWord]`}},

		"in a pipeline":       {`{{sendmail | print}}`, []string{`page.html:1:3: sendmail stands in a pipeline or an assignment [ErrPipeline]`}},
		"assigned":            {`{{$m := sendmail}}`, []string{`page.html:1:3: sendmail stands in a pipeline or an assignment [ErrPipeline]`}},
		"in an if":            {`{{if sendmail}}{{end}}`, []string{`page.html:1:6: sendmail stands inside another expression [ErrPipeline]`}},
		"in parentheses":      {`{{print (sendmail)}}`, []string{`page.html:1:10: sendmail stands inside another expression [ErrPipeline]`}},
		"in a word's value":   {`{{sendmail "to" (print sendmail)}}`, []string{`page.html:1:24: sendmail stands inside another expression [ErrPipeline]`}},
		"in a template's dot": {`{{define "x"}}{{end}}{{template "x" (sendmail)}}`, []string{`page.html:1:38: sendmail stands inside another expression [ErrPipeline]`}},
		"else":                {`{{with sendmail "from" "a@b" "to" "c@d"}}{{else}}x{{end}}`, []string{`page.html:1:50: a sendmail block has an else [ErrElse]`}},
		"block in a block":    {block("\n{{with sendmail}}{{end}}"), []string{`page.html:3:8: a sendmail block stands inside a sendmail block [ErrNested]`}},
		"mail in a block":     {block(`{{if 1}}{{sendmail}}{{end}}`), []string{`page.html:2:11: a sendmail block stands inside a sendmail block [ErrNested]`}},
		"block in a call":     {`{{define "x"}}{{sendmail "from" "a@b" "to" .}}{{end}}` + block("From: a@b\nTo: c@d\n\n{{template \"x\" .}}"), []string{`page.html:5:12: a mail calls the template "x", which sends mail itself [ErrNested]`}},
		"no such template":    {block("From: a@b\nTo: c@d\n\n{{template \"nope\"}}"), []string{`page.html:5:12: the template "nope" does not exist [ErrNoTemplate]`}},
		"outer assignment":    {`{{$x := 1}}` + block("\n{{$x = 2}}"), []string{`page.html:3:3: the sendmail block assigns to $x, which was declared outside it [ErrOuterAssignment]`}},
		"break out":           {`{{range .}}` + block("\n{{break}}") + `{{end}}`, []string{`page.html:3:3: {{break}} leaves the sendmail block [ErrJump]`}},
		"continue out":        {`{{range .}}` + block("\n{{if 1}}{{continue}}{{end}}") + `{{end}}`, []string{`page.html:3:11: {{continue}} leaves the sendmail block [ErrJump]`}},

		"no colon":                       {block("Dear Ann\n"), []string{`page.html:2:5: the header line "Dear" has no colon [ErrNoColon]`}},
		"no colon, one word":             {block("Dear\n"), []string{`page.html:2:5: the header line "Dear" has no colon [ErrNoColon]`}},
		"no name":                        {block(": x\n"), []string{`page.html:2:1: "" is no header name [ErrHeaderName]`}},
		"odd name":                       {block("X_A: x\n"), []string{`page.html:2:1: "X_A" is no header name [ErrHeaderName]`}},
		"name not ASCII":                 {block("Ünter: x\n"), []string{`page.html:2:1: "Ünter" is no header name [ErrHeaderName]`}},
		"unknown header":                 {block("Xubject: x\n"), []string{`page.html:2:1: the header Xubject is not known here [ErrUnknownHeader]`}},
		"bare X-":                        {block("X-: x\n"), []string{`page.html:2:1: the header X- is not known here [ErrUnknownHeader]`}},
		"our own header":                 {block("  From: a@b\n  Message-ID: <1@b>\n"), []string{`page.html:3:3: the header Message-ID is written by MailHost itself [ErrOwnHeader]`}},
		"content header":                 {block("Content-Type: {{.}}\n"), []string{`page.html:2:1: the header Content-Type is written by MailHost itself [ErrOwnHeader]`}},
		"control character":              {block("Subject: a\x01b\n"), []string{`page.html:2:11: the control character '\x01' stands in the headers [ErrControl]`}},
		"value as name":                  {block("{{.N}}: x\n"), []string{`page.html:2:3: a value stands where the name of a header must [ErrValueAsName]`}},
		"value in a name":                {block("X-{{.N}}: x\n"), []string{`page.html:2:5: a value stands where the name of a header must [ErrValueAsName]`}},
		"value behind address":           {block("To: <a@b> {{.N}}\n"), []string{`page.html:2:13: a value stands behind an address [ErrForbiddenValue]`}},
		"value behind a branch with one": {block("To: {{if 1}}<a@b>{{end}} {{.N}}\n"), []string{`page.html:2:28: a value stands behind an address [ErrForbiddenValue]`}},
		"text behind address":            {block("To: <a@b> c\n"), []string{`page.html:2:11: 'c' stands behind an address [ErrAddress]`}},
		"comment in address":             {block("To: a@b (Ann)\n"), []string{`page.html:2:9: '(' stands in a list of addresses [ErrAddress]`}},
		"group":                          {block("To: g:a@b;\n"), []string{`page.html:2:10: ';' stands in a list of addresses [ErrAddress]`}},
		"open angle":                     {block("To: Ann <{{.E}}\n"), []string{`page.html:2:16: the line ends in angle brackets (To) [ErrAddress]`}},
		"open angle at end":              {block("To: Ann <{{.E}}"), []string{`page.html:1:8: the line ends in angle brackets (To) [ErrAddress]`}},
		"backslash before a value":       {block("To: \"\\{{.N}}\" <a@b>\n"), []string{`page.html:2:6: a backslash stands before nothing that it could quote [ErrAddress]`}},
		"open quotes":                    {block("To: \"Ann {{.E}}\n"), []string{`page.html:2:16: the line ends in quotes (To) [ErrAddress]`}},
		"second angle":                   {block("To: <<a@b>>\n"), []string{`page.html:2:6: a second < stands in an address [ErrAddress]`}},
		"template without end":           {`{{define "x"}}{{template "x"}}{{end}}` + block("To: {{template \"x\"}}\n"), []string{`page.html:2:16: the template calls itself without end [ErrTemplateCall]`}},
		"blank in a branch":              {block("To: a@b\n{{if 1}}\nCc: c@d\n\nHi{{end}}\n"), []string{`page.html:5:1: the blank line that ends the headers stands inside a branch [ErrBlankInBranch]`}},
		"branches differ":                {block("To: {{if 1}}<a@b{{else}}c@d{{end}}\n"), []string{`page.html:2:10: one branch ends in angle brackets (To), another in a list of addresses (To) [ErrBranchEnd]`}},
		"value after branches":           {block("To: a@b{{if 1}}\nSubject: x{{end}} {{.}}\n"), []string{`page.html:3:21: a value stands where its header depends on a branch [ErrForbiddenValue]`}},
		"text after branches":            {block("To: a@b{{if 1}}\nSubject: x{{end}} y\n"), []string{`page.html:3:19: text stands where its header depends on a branch [ErrBranchEnd]`}},
		"range in quotes":                {block("To: {{range .}}\"{{end}}\n"), []string{`page.html:2:13: the range ends in quotes (To) but began in a list of addresses (To) [ErrBranchEnd]`}},
		"range that is trimmed":          {block("From: a@b\n{{range .}}To: {{.}}\n{{- end}}\n\nx"), []string{`page.html:3:9: the range ends in a list of addresses (To) but began at the beginning of a line [ErrBranchEnd]`}},
		"name or address":                {block("To: {{.N}}{{if 1}} <{{.E}}>{{end}}\n"), []string{`page.html:2:7: the value is a name in one branch and an address in another [ErrAmbiguousValue]`}},
		"indented header":                {block("To: a@b\n  Subject: x\n"), []string{`page.html:3:3: the indented line Subject: continues the header To [ErrContinuation]`}},
		"no From":                        {`{{sendmail "to" .}}`, []string{`page.html:1:3: the mail has no From [ErrNoFrom]`}},
		"no recipient":                   {block("From: a@b\n\nx"), []string{`page.html:1:8: the mail has no recipient [ErrNoRecipient]`}},
		"neither":                        {block("Subject: s\n\nx"), []string{`page.html:1:8: the mail has no From [ErrNoFrom]`, `page.html:1:8: the mail has no recipient [ErrNoRecipient]`}},
		"two authors":                    {block("From: a@b, c@d\nTo: c@d\n"), []string{`page.html:2:10: a comma stands in the header From [ErrAddress]`}},
		"empty line of recipients":       {block("From: a@b\nTo:\n\nx"), []string{`page.html:1:8: the mail has no recipient [ErrNoRecipient]`}},
		"empty lines":                    {block("From: \nTo: c@d\nTo: \n\nx"), []string{`page.html:1:8: the mail has no From [ErrNoFrom]`}},
		"two From":                       {block("From: a@b\nFrom: c@d\n"), []string{`page.html:3:5: the header From stands twice [ErrHeaderTwice]`}},
		"literal addresses":              {block("To: a@b, c\n\nx"), []string{`page.html:2:11: the header To holds no addresses: "a@b, c": host: "c" is no mailbox: no domain [ErrAddress]`}},
		"comma in a name":                {block("To: Acme, Inc. <a@b>\n\nx"), []string{`page.html:2:21: the header To holds no addresses: "Acme, Inc. <a@b>": host: "Acme" is no mailbox: no domain [ErrAddress]`}},
		"blank line first":               {block("\nFrom: a@b\nTo: c@d\n\nx"), []string{`page.html:3:1: a blank line stands before the header line From: [ErrBlankLine]`}},
		"blank line between":             {block("To: c@d\n\nsubject: x\n"), []string{`page.html:4:1: a blank line stands before the header line subject: [ErrBlankLine]`}},
		"indented, other case":           {block("To: a@b\n  subject: x\n"), []string{`page.html:3:3: the indented line subject: continues the header To [ErrContinuation]`}},
		"two bodies":                     {"{{with sendmail \"text\" \"x\"}}\nFrom: a@b\nTo: a@b\n\ny{{end}}", []string{`page.html:1:8: the mail has a body and the word "text" [ErrTwoBodies]`}},
		"two bodies, a value":            {"{{with sendmail \"text\" \"x\"}}\nFrom: a@b\nTo: a@b\n\n{{.}}{{end}}", []string{`page.html:1:8: the mail has a body and the word "text" [ErrTwoBodies]`}},
		"no blank line":                  {block("To: c@d\nSubject: s\n  Dear Ann\n"), []string{`page.html:1:8: the block has no blank line, and its last line continues the header Subject [ErrContinuation]`}},
		"file does not parse":            {block("From: a@b\nTo: c@d\n") + "\n{{end}}", []string{`page.html:5:3: there is nothing that this {{end}} could close [ErrSyntax]`}},
		"definition in a block":          {block("From: a@b\nTo: c@d\n{{define `x`}}{{end}}"), []string{`page.html:4:3: a {{define}} stands inside {{with sendmail}} of line 1 [ErrDefine]`}},
		"unknown function":               {block("From: a@b\nTo: c@d\n\n{{.Sum | euro}}"), []string{`page.html:5:10: the function "euro" is not known [ErrUnknownFunc]`}},
		"unknown function of a page":     {"{{if euro 1}}{{end}}", []string{`page.html:1:6: the function "euro" is not known [ErrUnknownFunc]`}},
		"several":                        {block("Nope: x\n") + `{{sendmail "now"}}`, []string{`page.html:2:1: the header Nope is not known here [ErrUnknownHeader]`, `page.html:3:19: sendmail has no word "now" [ErrUnknownWord]`}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseFS(files{"page.html": test.page}.fs(), "*.html")
			requireMistakes(t, test.want, err)
		})
	}
}

// requireMistakes checks that an error is of these mistakes, without the advice that
// each must have.
func requireMistakes(t *testing.T, want []string, err error) {
	t.Helper()
	var mistakes Mistakes
	require.ErrorAs(t, err, &mistakes)
	var got []string
	for _, m := range mistakes {
		require.NotEmpty(t, m.Instead)
		got = append(got, strings.Replace(m.String(), ": "+m.Instead, "", 1))
		require.Contains(t, err.Error(), m.String())
	}
	require.Equal(t, want, got)
}

// Each row is a set, and the mistakes that none of its files has alone.
func TestMistakesOfSets(t *testing.T) {
	for name, test := range map[string]struct {
		config Config
		files  files
		want   []string
	}{
		"two files of one name": {Config{}, files{"a/p.html": "1", "b/p.html": "2"}, []string{`b/p.html:1:1: the template "p.html" is a/p.html already [ErrSameName]`}},
		"name of an action":     {Config{Funcs: template.FuncMap{"attach": strings.ToUpper}}, files{"a.html": ""}, []string{`Config.Funcs: the name "attach" is that of an action [ErrShadowed]`}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := test.config.ParseFS(test.files.fs(), slices.Sorted(maps.Keys(test.files))...)
			requireMistakes(t, test.want, err)
		})
	}
}

// html/template does not tell its functions, so mail may miss one that pages have.
func TestFunctionThatMailDoesNotHave(t *testing.T) {
	text := "{{define \"p\"}}{{money 1}}{{end}}{{with sendmail}}\n" + head + "{{money 1}}{{template \"p\"}}{{end}}{{money 2}}"
	funcs := template.FuncMap{"money": func(n int) string { return strings.Repeat("$", n) }}
	page := template.Must(template.New("page").Funcs(FuncMap()).Funcs(funcs).Parse(text))

	_, err := New(page)
	var mistakes Mistakes
	require.True(t, errors.As(err, &mistakes), "%v", err)
	require.Len(t, mistakes, 2)
	require.Equal(t, `page:1:17: the function "money" is not known: give it in Config.Funcs, where mail finds its functions too [ErrUnknownFunc]`, mistakes[0].String())

	set, err := Config{Funcs: funcs}.New(page)
	require.NoError(t, err)
	got, mails, err := execute(t, set, "page", nil)
	require.NoError(t, err)
	require.Equal(t, "$$", got)
	require.Equal(t, "$$\r\n", readMail(t, mails[0]).body)
}

// Files that do not parse and mistakes in others are one error. What a file that
// does not parse may hold is not missed.
func TestMistakesOfEveryKindAtOnce(t *testing.T) {
	broken := map[string]string{
		"{{if}}":                               "m.html:1:3: missing value for if: write a condition behind it, such as a field [ErrSyntax]",
		"{{if 1}}{{define `x`}}{{end}}{{end}}": "m.html:1:11: a {{define}} stands inside {{if 1}} of line 1: close that with {{end}} before the definition begins [ErrDefine]",
	}
	for text, want := range broken {
		f := files{
			"a.html": "{{with sendmail}}\n" + head + "{{template `x`}}{{nope}}{{end}}",
			"b.html": "{{attach `x.pdf` .X}}{{sendmail `soon`}}", "m.html": text,
		}
		_, err := Config{Funcs: template.FuncMap{"part": strings.ToUpper}}.ParseFS(f.fs(), "*.html")
		require.EqualError(t, err, "tag: mistakes in the templates:\n"+
			`Config.Funcs: the name "part" is that of an action: give the function another [ErrShadowed]`+"\n"+
			`a.html:6:19: the function "nope" is not known: give it in Config.Funcs, where mail finds its functions too [ErrUnknownFunc]`+"\n"+
			`b.html:1:33: sendmail has no word "soon": write one of `+allWords+" [ErrUnknownWord]\n"+want)
	}
}

func TestNewRefuses(t *testing.T) {
	_, err := New(nil)
	require.ErrorContains(t, err, "tag: ")
	_, err = Config{Funcs: template.FuncMap{"sendmail": strings.ToUpper}}.New(template.New("x"))
	require.ErrorContains(t, err, `Config.Funcs: the name "sendmail" is that of an action`)
}

func TestConfigFrom(t *testing.T) {
	page := files{"page.html": `{{with sendmail}}` + "\nTo: ann@example.com\n{{end}}"}
	set, err := Config{From: "Acme <shop@acme.example>"}.ParseFS(page.fs(), "*.html")
	require.NoError(t, err)
	_, mails, err := execute(t, set, "page.html", nil)
	require.NoError(t, err)
	require.Equal(t, "shop@acme.example", mails[0].From)

	for _, from := range []string{"shop", "a@b, c@d", "a@b\nTo: c@d"} {
		_, err = Config{From: from}.ParseFS(page.fs(), "*.html")
		require.ErrorContains(t, err, "tag: Config.From: ", from)
	}
}

// What to write instead is said of the header that stands there.
func TestAdviceOnHeaders(t *testing.T) {
	for line, want := range map[string]string{
		"Content-Type: text/html":   `{{with part "text/html"}}`,
		"Return-Path: <a@b>":        `the word "return-path"`,
		"List-Unsubscribe: <{{.}}>": `the word "unsubscribe"`,
		"Date: now":                 "leave the line out",
		"List-Id: {{.}}":            "begins with X-",
	} {
		_, err := ParseFS(files{"page.html": "{{with sendmail}}\n" + line + "\n{{end}}"}.fs(), "*.html")
		var mistakes Mistakes
		require.ErrorAs(t, err, &mistakes)
		require.Contains(t, mistakes[0].Instead, want)
	}
}

// Who forgot "with" has written the lines that the advice would ask for.
func TestSendmailWithoutWithIsToldOfIt(t *testing.T) {
	_, err := ParseFS(files{"page.html": "{{sendmail \"immediate\"}}\nFrom: a@b\nTo: c@d\n\nx"}.fs(), "*.html")
	var mistakes Mistakes
	require.ErrorAs(t, err, &mistakes)
	require.Len(t, mistakes, 2)
	for _, m := range mistakes {
		require.Contains(t, m.Instead, "header lines need {{with sendmail}} before them")
	}
}
