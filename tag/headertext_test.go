package tag

import (
	"math/big"
	"net/mail"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// mailText shows what a mail says, one line per header, in a fixed order.
func mailText(t testing.TB, p parsed) string {
	t.Helper()
	var b strings.Builder
	for _, name := range []string{"From", "Reply-To", "To", "Cc", "Bcc"} {
		if p.header.Get(name) == "" {
			continue
		}
		var list []string
		for _, a := range p.addresses(t, name) {
			list = append(list, strings.TrimSpace(a.Name+" <"+a.Address+">"))
		}
		b.WriteString(name + ": " + strings.Join(list, ", ") + "\n")
	}
	if p.header.Get("Subject") != "" {
		b.WriteString("Subject: " + p.subject(t) + "\n")
	}
	for _, name := range []string{"References", "Precedence", "X-A", "X-B"} {
		if v := p.header.Get(name); v != "" {
			b.WriteString(name + ": " + v + "\n")
		}
	}
	return b.String() + "\n" + strings.ReplaceAll(p.body, "\r\n", "\n")
}

func TestHeaderLines(t *testing.T) {
	type person struct{ Name, Email string }
	data := map[string]any{
		"Name": "Ann", "Email": "ann@example.com", "Last": "Lee", "Empty": "", "No": false, "Yes": true,
		"User": "ann", "Domain": "example.com",
		"Strings": []string{"a@example.com", "Bob <b@example.com>"},
		"Mails":   []mail.Address{{Name: "C, D", Address: "c@example.com"}, {Address: "d@example.com"}},
		"People":  []person{{"Eve", "e@example.com"}, {"Fay", "f@example.com"}},
		"None":    []string{},
		"Ann":     mail.Address{Name: "A, B", Address: "ann@example.com"}, "Pointer": &mail.Address{Name: "A, B", Address: "ann@example.com"}, "Bare": mail.Address{Address: "bare@example.com"},
	}
	const to = "To: <t@example.com>\n"
	for name, test := range map[string]struct{ block, want string }{
		"plain":                    {"To: t@example.com\nSubject: Hi\n\nBody", to + "Subject: Hi\n\nBody\n"},
		"name and value":           {"To: {{.Name}} <{{.Email}}>\n\n", "To: Ann <ann@example.com>\n\n"},
		"two names":                {"To: {{.Name}} {{.Last}} <{{.Email}}>\n\n", "To: Ann Lee <ann@example.com>\n\n"},
		"names together":           {"To: {{.Name}}{{.Last}} <{{.Email}}>\n\n", "To: AnnLee <ann@example.com>\n\n"},
		"title and name":           {"To: Dr. {{.Last}} <{{.Email}}>\n\n", "To: Dr. Lee <ann@example.com>\n\n"},
		"quoted name":              {"To: \"{{.Last}}, {{.Name}}\" <{{.Email}}>\n\n", "To: Lee, Ann <ann@example.com>\n\n"},
		"empty name":               {"To: {{.Empty}} <{{.Email}}>\n\n", "To: <ann@example.com>\n\n"},
		"address alone":            {"To: {{.Email}}\n\n", "To: <ann@example.com>\n\n"},
		"address in pieces":        {"To: {{.User}}@{{.Domain}}, <{{.User}}+x@{{.Domain}}>\n\n", "To: <ann@example.com>, <ann+x@example.com>\n\n"},
		"two addresses":            {"To: {{.Email}}, t@example.com\n\n", "To: <ann@example.com>, <t@example.com>\n\n"},
		"a mail.Address alone":     {"To: {{.Ann}}\nCc: {{.Pointer}}, {{.Bare}}\n\n", "To: A, B <ann@example.com>\nCc: A, B <ann@example.com>, <bare@example.com>\n\n"},
		"a mail.Address in angles": {"To: {{.Name}} <{{.Ann}}>, <{{.Bare}}>\nCc: Dr. {{.Last}} <{{.Pointer}}>\n\n", "To: Ann <ann@example.com>, <bare@example.com>\nCc: Dr. Lee <ann@example.com>\n\n"},
		"list of strings":          {"To: {{.Strings}}\n\n", "To: <a@example.com>, Bob <b@example.com>\n\n"},
		"list of addresses":        {"To: {{.Mails}}\n\n", "To: C, D <c@example.com>, <d@example.com>\n\n"},
		"list and more":            {"To: {{.Strings}}, {{.Email}}\n\n", "To: <a@example.com>, Bob <b@example.com>, <ann@example.com>\n\n"},
		"range with comma":         {"To: {{range .People}}{{.Name}} <{{.Email}}>, {{end}}\n\n", "To: Eve <e@example.com>, Fay <f@example.com>\n\n"},
		"range, comma before":      {"To: {{range $i, $p := .People}}{{if $i}}, {{end}}{{$p.Name}} <{{$p.Email}}>{{end}}\n\n", "To: Eve <e@example.com>, Fay <f@example.com>\n\n"},
		"range of addresses":       {"To: {{range $i, $p := .People}}{{if $i}}, {{end}}{{$p.Email}}{{end}}, t@example.com\n\n", "To: <e@example.com>, <f@example.com>, <t@example.com>\n\n"},
		"range with continue":      {"To: {{range .People}}{{if eq .Name \"Eve\"}}{{continue}}{{end}}{{.Email}}, {{end}}\n\n", "To: <f@example.com>\n\n"},
		"range of lines":           {"{{range .People}}To: {{.Email}}\n{{end}}\n\nBody", "To: <e@example.com>, <f@example.com>\n\nBody\n"},
		"range of lines, trimmed":  {"Subject: s\n{{- range .People}}\nTo: {{.Email}}\n{{- end}}\n\nBody", "To: <e@example.com>, <f@example.com>\nSubject: s\n\nBody\n"},
		"one or the other":         {"To: {{if .No}}{{.Name}} <{{.Email}}>{{else}}t@example.com{{end}}\n\n", to + "\n"},
		"value or literal":         {"To: {{if .Yes}}{{.Email}}{{else}}t@example.com{{end}}\n\n", "To: <ann@example.com>\n\n"},
		"name if any":              {"To: {{if .Name}}{{.Name}} {{end}}<{{.Email}}>\n\n", "To: Ann <ann@example.com>\n\n"},
		"empty list dropped":       {"To: t@example.com\nCc: {{.None}}\n\nBody", to + "\nBody\n"},
		"empty subject dropped":    {"To: t@example.com\nSubject: {{.Empty}}\nX-A: {{.Empty}}\n\nBody", to + "\nBody\n"},
		"if around a line":         {"To: t@example.com\n{{if .No}}\nCc: {{.Email}}\n{{end}}\nSubject: s\n\nBody", to + "Subject: s\n\nBody\n"},
		"if around a line, true":   {"To: t@example.com\n{{if .Yes}}\nCc: {{.Email}}\n{{end}}\nSubject: s\n\nBody", to + "Cc: <ann@example.com>\nSubject: s\n\nBody\n"},
		"if in one line":           {"To: t@example.com\n{{if .Yes}}Cc: {{.Email}}{{end}}\nSubject: s\n\nBody", to + "Cc: <ann@example.com>\nSubject: s\n\nBody\n"},
		"if, trimmed":              {"To: t@example.com\n{{- if .Yes}}\nCc: {{.Email}}\n{{- end}}\nSubject: s\n\nBody", to + "Cc: <ann@example.com>\nSubject: s\n\nBody\n"},
		"if, trimmed, false":       {"To: t@example.com\n{{- if .No}}\nCc: {{.Email}}\n{{- end}}\nSubject: s\n\nBody", to + "Subject: s\n\nBody\n"},
		"if last":                  {"To: t@example.com\n{{if .No}}\nCc: {{.Email}}\n{{end}}\n\nBody", to + "\nBody\n"},
		"comment line":             {"To: t@example.com\n{{/* nothing */}}\nSubject: s\n\nBody", to + "Subject: s\n\nBody\n"},
		"assignment line":          {"To: t@example.com\n{{$x := .Name}}\nSubject: {{$x}}\n\nBody", to + "Subject: Ann\n\nBody\n"},
		"value leaves it empty":    {"To: t@example.com\nX-A: {{if .No}}a{{end}}\nX-B: b\n\nBody", to + "X-B: b\n\nBody\n"},
		"conditional subject":      {"To: t@example.com\nSubject: {{if .Yes}}Yes, {{.Name}}{{else}}No{{end}}!\n\nBody", to + "Subject: Yes, Ann!\n\nBody\n"},
		"folded by the author":     {"To: t@example.com,\n  {{.Email}}\nSubject: one\n\ttwo {{.Name}}\n\nBody", "To: <t@example.com>, <ann@example.com>\nSubject: one two Ann\n\nBody\n"},
		"several headers":          {"To: t@example.com\nCc: c@example.com\nReply-To: {{.Name}} <{{.Email}}>\nx-a: 1 {{.Name}}\n\nBody", "Reply-To: Ann <ann@example.com>\n" + to + "Cc: <c@example.com>\nX-A: 1 Ann\n\nBody\n"},
		"bcc leaves no header":     {"To: t@example.com\nBcc: {{.Email}}\n\nBody", to + "\nBody\n"},
		"CRLF in the template":     {"To: t@example.com\r\nSubject: Hi\r\n\r\nBody\r\n", to + "Subject: Hi\n\nBody\n"},
		"no body":                  {"To: t@example.com\nSubject: Hi", to + "Subject: Hi\n\n"},
		"blank lines in the body":  {"To: t@example.com\n\n\nOne\n\n\nTwo\n\n\n", to + "\n\nOne\n\n\nTwo\n"},
		"headers in the body":      {"To: t@example.com\n\nTo: {{.Email}}\nCc: x\n", to + "\nTo: ann@example.com\nCc: x\n"},
		"body like a header":       {"To: t@example.com\n\nComments: none\nPriority: high", to + "\nComments: none\nPriority: high\n"},
		"not HTML":                 {"To: t@example.com\nSubject: <b> & {{\"<i>&\"}}\n\n<b>{{\"<i>&'\"}}", to + "Subject: <b> & <i>&\n\n<b><i>&'\n"},
		"else if":                  {"To: t@example.com\n{{if .No}}\nCc: no@example.com\n{{else if .Yes}}\nCc: {{.Email}}\n{{else}}\nCc: no@example.com\n{{end}}\n\nBody", to + "Cc: <ann@example.com>\n\nBody\n"},
		"else if in a line":        {"To: {{if .No}}{{.Name}}{{else if .Empty}}no{{else}}{{.Last}}{{end}} <{{.Email}}>\n\n", "To: Lee <ann@example.com>\n\n"},
		"with and else with":       {"To: t@example.com\nSubject: {{with .Empty}}{{.}}{{else with .Last}}Dear {{.}}{{else}}nobody{{end}}\n\nBody", to + "Subject: Dear Lee\n\nBody\n"},
		"with around lines":        {"{{with .People}}{{with index . 1}}To: {{.Name}} <{{.Email}}>\n{{end}}{{end}}\nSubject: s\n\nBody", "To: Fay <f@example.com>\nSubject: s\n\nBody\n"},
		"range in a range":         {"To: {{range $i, $p := .People}}{{range $.Strings}}{{.}}, {{end}}{{$p.Email}}, {{end}}\n\n", "To: <a@example.com>, Bob <b@example.com>, <e@example.com>, <a@example.com>, Bob <b@example.com>, <f@example.com>\n\n"},
		"range else":               {"To: {{range .None}}{{.}}, {{else}}t@example.com{{end}}\n\n", to + "\n"},
		"range with break":         {"To: {{range .People}}{{.Email}}{{break}}{{end}}\n\n", "To: <e@example.com>\n\n"},
		"range of lines, break":    {"{{range .People}}To: {{.Email}}\n{{if true}}{{break}}{{end}}{{end}}\n\nBody", "To: <e@example.com>\n\nBody\n"},
		"behind a break":           {"To: {{range .People}}{{break}}{{.Nope}}{{end}}t@example.com\n\n", to + "\n"},
		"range with numbers":       {"To: {{range $i := 2}}a{{$i}}@example.com, {{end}}\n\n", "To: <a0@example.com>, <a1@example.com>\n\n"},
		"trimmed both sides":       {"To: t@example.com\nSubject: one {{- /* joined */ -}} two {{- .Name -}} three\n\nBody", to + "Subject: onetwoAnnthree\n\nBody\n"},
		"trimmed to the next line": {"To: t@example.com, {{- \"u@example.com\" -}}\n, {{.Email}}\n\n", "To: <t@example.com>, <u@example.com>, <ann@example.com>\n\n"},
		"trimmed away a line":      {"To: t@example.com\n{{- if .Yes}}\nCc: {{.Email -}}\n{{end}}\nSubject: s\n\nBody", to + "Cc: <ann@example.com>\nSubject: s\n\nBody\n"},
		"trimmed into the headers": {"To: t@example.com\n\n{{- if .Yes}}\nSubject: s{{end}}\n\nBody", to + "Subject: s\n\nBody\n"},
		"assignment, branch":       {"{{$x := \"no@example.com\"}}\n{{if .Yes}}{{$x = .Email}}{{end}}\nTo: {{$x}}\n\nBody", "To: <ann@example.com>\n\nBody\n"},
		"comment in a line":        {"To: t@example.com\nSubject: a{{/* c */}}b {{.Name}}{{/* d */}}\n\nBody", to + "Subject: ab Ann\n\nBody\n"},
		"comment in a folded line": {"To: t@example.com\nSubject: a\n  {{/* c */}}b\n\nBody", to + "Subject: a b\n\nBody\n"},
		"comment in a list":        {"To: t@example.com,\n  {{/* c */}}{{.Email}}\n\nBody", "To: <t@example.com>, <ann@example.com>\n\nBody\n"},
		"branch in a folded list":  {"To: t@example.com,\n  {{if .Yes}}{{.Email}}{{end}}\n\nBody", "To: <t@example.com>, <ann@example.com>\n\nBody\n"},
		"range in a folded list":   {"To: {{.Email}},\n  {{range .Strings}}{{.}}, {{end}}\n\nBody", "To: <ann@example.com>, <a@example.com>, Bob <b@example.com>\n\nBody\n"},
		"CRLF and branches":        {"To: t@example.com\r\n{{if .Yes}}\r\nCc: {{.Email}}\r\n{{end}}\r\nSubject: a\r\n b\r\n\r\nBody\r\n", to + "Cc: <ann@example.com>\nSubject: a b\n\nBody\n"},
		"CRLF, blank line":         {"To: t@example.com\r\n \t\r\nBody", to + "\nBody\n"},
		"tabs":                     {"To:\tt@example.com,\t{{.Email}}\nSubject:\ta {{.Name}}\n\nBody", "To: <t@example.com>, <ann@example.com>\nSubject: a Ann\n\nBody\n"},
		"cc literal, empty":        {"To: t@example.com\nCc: {{if .No}}{{.Email}}{{end}}\nBcc:\nReply-To: {{range .None}}{{.}}{{end}}\n\nBody", to + "\nBody\n"},
		"quotes in a name":         {"To: \"a \\\" b, {{.Name}}\" <{{.Email}}>\n\n", "To: a \" b, Ann <ann@example.com>\n\n"},
		"quoted local part":        {"To: \"a b\"@example.com\n\n", "To: <a b@example.com>\n\n"},
		"control flow in the body": {"To: t@example.com\n\n{{range .People}}{{with .Name}}- {{.}}\n{{else}}?{{end}}{{else}}none{{end}}", to + "\n- Eve\n- Fay\n"},
	} {
		t.Run(name, func(t *testing.T) {
			m := one(t, "<p>{{with sendmail}}\n"+"From: shop@acme.example\n"+test.block+"{{end}}</p>", data)
			require.Equal(t, "From: <shop@acme.example>\n"+test.want, mailText(t, readMail(t, m)))
		})
	}
}

func TestIndentationIsTakenOff(t *testing.T) {
	want := "From: <shop@acme.example>\nTo: <t@example.com>, <u@example.com>\nSubject: s\n\nBody\n  indented\nless\n"
	for name, page := range map[string]string{
		"spaces":  "<p>\n    {{with sendmail}}\n    From: shop@acme.example\n    To: t@example.com,\n      u@example.com\n    Subject: s\n\n    Body\n      indented\n  less\n    {{end}}\n</p>",
		"tabs":    "<p>\n\t{{with sendmail}}\n\t\tFrom: shop@acme.example\n\t\tTo: t@example.com,\n\t\t\tu@example.com\n\t\tSubject: s\n\n\t\tBody\n\t\t  indented\n\tless\n\t{{end}}\n</p>",
		"trimmed": "<p>\n    {{with sendmail -}}\n    From: shop@acme.example\n    To: t@example.com,\n      u@example.com\n    Subject: s\n    \n    Body\n      indented\n  less\n    {{- end}}\n</p>",
		"branch":  "<p>\n    {{with sendmail}}\n    From: shop@acme.example\n    {{if true}}\n      To: t@example.com\n      To: u@example.com\n    {{end}}\n    Subject: s\n   \t \n    Body\n      indented\n  less\n    {{end}}\n</p>",
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, want, mailText(t, readMail(t, one(t, page, nil))))
		})
	}
}

// What a type prints only by a pointer to it, as mail.Address and url.URL do, is
// printed so wherever it stands, as text/template does it where it can.
func TestValuesThatPrintThemselves(t *testing.T) {
	type order struct {
		To   mail.Address
		Page url.URL
		ID   big.Int
	}
	ann := mail.Address{Name: "Lee, Ann", Address: "ann@example.com"}
	page := url.URL{Scheme: "https", Host: "acme.example", Path: "/a b"}
	const block = "{{with sendmail \"meta\" \"page\" .Page \"key\" .ID}}\nFrom: shop@acme.example\nTo: {{.To}}\nSubject: {{.ID}} {{.To}}\n\n" +
		"{{with part `text/plain`}}{{.To}} {{.Page}} {{.ID}}{{end}}{{with part `text/html`}}{{.To}} <a href=\"{{.Page}}\">{{.ID}}</a>{{end}}{{end}}"
	for name, data := range map[string]any{
		"values": order{ann, page, *big.NewInt(7)}, "addressable": &order{ann, page, *big.NewInt(7)},
		"pointers": map[string]any{"To": &ann, "Page": &page, "ID": big.NewInt(7)}, "in interfaces": map[string]any{"To": ann, "Page": page, "ID": *big.NewInt(7)},
	} {
		t.Run(name, func(t *testing.T) {
			m := one(t, block, data)
			require.Equal(t, map[string]string{"page": "https://acme.example/a%20b"}, m.Meta)
			require.Equal(t, "7", m.Key)
			d := decoded(t, m)
			require.Equal(t, `7 "Lee, Ann" <ann@example.com>`, d.Subject)
			require.Equal(t, []mail.Address{ann}, d.To)
			require.Equal(t, "\"Lee, Ann\" <ann@example.com> https://acme.example/a%20b 7\n", d.Text)
			require.Equal(t, "&#34;Lee, Ann&#34; &lt;ann@example.com&gt; <a href=\"https://acme.example/a%20b\">7</a>\n", d.HTML)
		})
	}
}

type panics struct{}

func (panics) String() string { panic("String panics") }

func TestMailThatCannotBeComposed(t *testing.T) {
	const from, to = "From: shop@acme.example\n", "To: ann@example.com\n"
	data := map[string]any{
		"Nil": nil, "Empty": "", "Two": "a@example.com, b@example.com", "Bad": "ann@", "Name": "Ann <ann@example.com>",
		"Ints": []int{1}, "Any": []any{"a@example.com"}, "Mixed": []string{"a@example.com", "b"}, "Late": "soon", "Ptr": (*string)(nil),
		"None":  []string{},
		"Panic": panics{},
		"Mails": []mail.Address{{Name: "Ann", Address: "ann@example.com"}}, "Wrong": mail.Address{Name: "Ann", Address: "ann@example.com>, <x@evil.example"}, "NoMail": (*mail.Address)(nil),
		"Pair": []string{"a@example.com", "b@example.com"}, "Many": make([]struct{}, maxRecipients+1), "Map": map[string]string{},
	}
	for name, test := range map[string]struct{ block, want string }{
		"no recipient":                    {from + "To: {{.None}}\n\nx", "the mail has no recipient"},
		"no From":                         {to + "{{if .Empty}}\nFrom: a@b.example{{end}}\n\nx", "the mail has no From"},
		"two From":                        {from + "{{range .Pair}}\nFrom: {{.}}{{end}}\n" + to + "\nx", "the header From was written twice"},
		"two authors":                     {"From: {{.Pair}}\n" + to + "\nx", "more than one From address"},
		"two subjects":                    {from + to + "{{range .Pair}}\nSubject: {{.}}{{end}}\n\nx", "the header Subject was written twice"},
		"missing key":                     {from + to + "\n{{.Typo}}", `map has no entry for key "Typo"`},
		"missing key in a map of strings": {from + to + "\n{{.Map.typo}}", `map has no entry for key "typo"`},
		"missing key in an if":            {from + to + "{{if .Typo}}{{end}}\n\nx", `map has no entry for key "Typo"`},
		"nil in the body":                 {from + to + "\n{{.Nil}}", "the value is nil or missing"},
		"nil pointer":                     {from + to + "\n{{.Ptr}}", "the value is nil or missing"},
		"nil subject":                     {from + to + "Subject: {{.Nil}}\n\nx", "the value is nil or missing"},
		"nil name":                        {from + "To: {{.Nil}} <a@example.com>\n\nx", "the value is nil or missing"},
		"nil address":                     {from + "To: {{.Nil}}\n\nx", "the value is nil or missing"},
		"empty address":                   {from + "To: {{.Empty}}\n\nx", "the address is empty"},
		"empty in angle":                  {from + "To: Ann <{{.Empty}}>\n\nx", "the address is empty"},
		"two in one value":                {from + "To: {{.Two}}\n\nx", "not one address but 2"},
		"two in angle":                    {from + "To: <{{.Two}}>\n\nx", "not one address but 2"},
		"list in angle":                   {from + "To: <{{.Pair}}>\n\nx", "2 addresses stand between < and >"},
		"one of a list in angle":          {from + "To: <{{.Mails}}>\n\nx", "only the address may"},
		"mail.Address that is none":       {from + "To: Ann <{{.Wrong}}>\n\nx", "is no mailbox"},
		"nil mail.Address in angle":       {from + "To: Ann <{{.NoMail}}>\n\nx", "the value is nil or missing"},
		"name in angle":                   {from + "To: <{{.Name}}>\n\nx", "only the address may"},
		"no address":                      {from + "To: {{.Bad}}\n\nx", "no domain"},
		"list of ints":                    {from + "To: {{.Ints}}\n\nx", "a value of type []int is no address"},
		"untyped list":                    {from + "To: {{.Any}}\n\nx", "a value of type []interface {} is no address"},
		"one bad in a list":               {from + "To: {{.Mixed}}\n\nx", `"b"`},
		"literal address":                 {from + "To: {{if .Pair}}ann{{end}}\n\nx", `To: "ann"`},
		"whole as a piece":                {from + "To: {{.Name}}@example.com\n\nx", "cannot be a part of an address"},
		"values without comma":            {from + "To: {{range .Pair}}{{.}}{{end}}\n\nx", "To: "},
		"too many recipients":             {from + "Bcc: {{range $i, $_ := .Many}}a{{$i}}@example.com, {{end}}\n\nx", "more than 100 recipients"},
		"nil in a called template":        {from + to + "\n{{template \"called\" .}}", "the value is nil or missing"},
		"panic in String":                 {from + to + "Subject: {{.Panic}}\n\nx", "String panics"},
		"template error":                  {from + to + "\n{{fail \"broken\"}}", "broken"},
	} {
		t.Run(name, func(t *testing.T) {
			got := failing(t, "{{define \"called\"}}{{.Nil}}{{end}}<p>{{with sendmail}}\n"+test.block+"{{end}}</p>", data)
			require.Contains(t, got, test.want)
			require.Regexp(t, `tag: page\.html:\d+:\d+: `, got, "the error names file and line")
		})
	}
	for name, test := range map[string]struct{ call, want string }{
		"nil word":             {`{{sendmail "from" "a@b" "to" .Nil}}`, `the word "to": the value is nil or missing`},
		"nil text":             {`{{sendmail "from" "a@b" "to" "a@b" "text" .Nil}}`, `the word "text": the value is nil or missing`},
		"missing word, any":    {`{{sendmail "from" "a@b" "to" "a@b" "subject" .Typo}}`, `the word "subject": the value is nil or missing`},
		"missing word, string": {`{{sendmail "from" "a@b" "to" .Map.typo}}`, `the word "to": the value is nil or missing`},
		"missing file":         {`{{with sendmail "from" "a@b" "to" "a@b"}}{{attach "a" .Typo}}{{end}}`, `map has no entry for key "Typo"`},
		"delay":                {`{{sendmail "from" "a@b" "to" "a@b" "after" .Late}}`, `no duration`},
		"delay, kind":          {`{{sendmail "from" "a@b" "to" "a@b" "after" .Pair}}`, `a value of type []string is no duration`},
		"bad word":             {`{{sendmail "from" "a@b" "to" .Bad}}`, `the word "to": `},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, failing(t, test.call, data), test.want)
		})
	}
}

// A mail that fails takes those before it along: nothing half done.
func TestFailedPageSendsNoMail(t *testing.T) {
	page := `{{sendmail "from" "a@b" "to" "a@b"}}<p>{{fail "late"}}</p>`
	require.Contains(t, failing(t, page, nil), "late")
}
