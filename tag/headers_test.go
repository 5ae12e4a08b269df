package tag

import (
	"bytes"
	"strings"
	"testing"

	"github.com/emersion/go-message/mail"
	"github.com/stretchr/testify/require"
)

// headerLines returns a mail's header fields, unfolded, without those that every mail
// of the tests has.
func headerLines(t testing.TB, data []byte) []string {
	t.Helper()
	head, _, found := bytes.Cut(data, []byte("\r\n\r\n"))
	require.True(t, found)
	var lines []string
	for line := range strings.SplitSeq(strings.NewReplacer("\r\n ", " ", "\r\n\t", "\t").Replace(string(head)), "\r\n") {
		switch name, _, _ := strings.Cut(line, ":"); name {
		case "From", "To", "Date", "Message-Id", "Message-ID", "Mime-Version", "MIME-Version", "Content-Type", "Content-Transfer-Encoding":
		default:
			lines = append(lines, line)
		}
	}
	return lines
}

const auto = "Auto-Submitted: auto-generated"

func TestHeaderKinds(t *testing.T) {
	data := map[string]any{
		"Name": `Ann "A" Lee, Esq.`, "Email": "ann@example.com", "Text": "caf\u00e9\r\nBcc: x@evil.example", "ID": "<1.2@mail.example>", "Bare": "3@[127.0.0.1]",
		"IDs": []string{"<a@b.example>", "c..d.@e.example"}, "None": []string{}, "N": 7, "No": false,
	}
	for name, test := range map[string]struct {
		lines string
		want  []string
	}{
		"sender":             {"Sender: {{.Name}} <{{.Email}}>\n", []string{`Sender: "Ann \"A\" Lee, Esq." <ann@example.com>`, auto}},
		"unstructured":       {"Comments: {{.N}}, x\nKeywords: a, b\nOrganization: Acme {{.N}}\nFeedback-ID: {{.N}}:order:acme\nThread-Topic: t\n", []string{"Comments: 7, x", "Keywords: a, b", "Organization: Acme 7", "Feedback-Id: 7:order:acme", "Thread-Topic: t", auto}},
		"encoded":            {"Comments: {{.Text}}\n", []string{"Comments: =?utf-8?b?Y2Fmw6kgQmNjOiB4QGV2aWwuZXhhbXBsZQ==?=", auto}},
		"reply":              {"In-Reply-To: {{.ID}}\nReferences: {{.IDs}} {{.ID}}\n", []string{"In-Reply-To: <1.2@mail.example>", "References: <a@b.example> <c..d.@e.example> <1.2@mail.example>", auto}},
		"ids side by side":   {"References: {{.ID}}{{.Bare}}<x@y>{{.ID}}\n", []string{"References: <1.2@mail.example> <3@[127.0.0.1]> <x@y> <1.2@mail.example>", auto}},
		"ids in a range":     {"References: {{range .IDs}}{{.}} {{end}}\n", []string{"References: <a@b.example> <c..d.@e.example>", auto}},
		"parts of an id":     {"References: <order-{{.N}}@acme.example> <{{.ID}}> <{{.Bare}}>\n", []string{"References: <order-7@acme.example> <1.2@mail.example> <3@[127.0.0.1]>", auto}},
		"id in a branch":     {"In-Reply-To: {{if .No}}<a@b>{{else}}{{.ID}}{{end}}\n", []string{"In-Reply-To: <1.2@mail.example>", auto}},
		"no ids":             {"References: {{.None}}\nIn-Reply-To: {{if .No}}{{.ID}}{{end}}\n", []string{auto}},
		"folded ids":         {"References: {{.ID}}\n  {{.Bare}}\n", []string{"References: <1.2@mail.example> <3@[127.0.0.1]>", auto}},
		"structured":         {"Precedence: bulk\nImportance: High\nList-Id: Orders of Acme <orders.acme.example>\nList-Unsubscribe: <mailto:u@acme.example>,\n  <https://acme.example/u>\n", []string{"Precedence: bulk", "Importance: High", "List-Id: Orders of Acme <orders.acme.example>", "List-Unsubscribe: <mailto:u@acme.example>, <https://acme.example/u>", auto}},
		"structured, branch": {"Importance: {{if .No}}low{{else}}high{{end}}\n", []string{"Importance: high", auto}},
		"not automatic":      {"auto-submitted: no\n", []string{"Auto-Submitted: no"}},
		"replied":            {"Auto-Submitted: auto-replied; x=1\n", []string{"Auto-Submitted: auto-replied; x=1"}},
		"automatic, empty":   {"Auto-Submitted: {{if .No}}no{{end}}\n", []string{auto}},
		"literal, empty":     {"References:\nIn-Reply-To: \nPrecedence:\nAuto-Submitted:\nX-A:\n", []string{auto}},
		"receipt":            {"Disposition-Notification-To: {{.Email}}\n", []string{"Disposition-Notification-To: ann@example.com", auto}},
		"spaces around":      {"X-A:   a  {{.N}}  \nX-B:{{\" b\"}}\n", []string{"X-A: =?utf-8?b?YSAgNw==?=", "X-B: b", auto}},
	} {
		t.Run(name, func(t *testing.T) {
			m := one(t, "{{with sendmail}}\nFrom: a@b.example\nTo: c@d.example\n"+test.lines+"\nx{{end}}", data)
			require.Equal(t, test.want, headerLines(t, m.Data))
			require.Equal(t, []string{"c@d.example"}, m.To)
		})
	}
}

// Each row is the header lines of a block behind a To line, and the mistake in them.
func TestHeaderMistakes(t *testing.T) {
	for name, test := range map[string]struct {
		lines string
		code  Code
		want  string // line, column, and what is wrong
	}{
		"value in a list header":     {"List-Unsubscribe: <{{.}}>\n", ErrForbiddenValue, `4:22: a value stands in the header List-Unsubscribe: use the word "unsubscribe"`},
		"value in a keyword":         {"Precedence: {{.}}\n", ErrForbiddenValue, `4:15: a value stands in the header Precedence: write it literally`},
		"unknown keyword":            {"Auto-Submitted: yes\n", ErrWrongValue, `4:20: the header Auto-Submitted: "yes" is none of no, auto-generated`},
		"importance":                 {"Importance: 1\n", ErrWrongValue, `4:14: the header Importance: "1" is none of high, normal, low`},
		"one-click":                  {"List-Unsubscribe-Post: yes\n", ErrWrongValue, `4:27: the header List-Unsubscribe-Post: "yes" is none of list-unsubscribe=one-click`},
		"structured, not ASCII":      {"List-Id: Bücher <b.example>\n", ErrWrongValue, `is not all ASCII, as List-Id must be`},
		"structured, long":           {"List-Id: " + strings.Repeat("x", maxWord+1) + "\n", ErrWrongValue, `has more than 900 bytes without a space`},
		"bare id":                    {"In-Reply-To: a@b\n", ErrWrongValue, `4:14: 'a' stands among the Message-IDs of the header In-Reply-To: write <left@right>`},
		"comma between ids":          {"References: <a@b>, <c@d>\n", ErrWrongValue, `4:18: ',' stands among the Message-IDs`},
		"id without @":               {"References: <a>\n", ErrWrongValue, `4:16: the header References holds no Message-IDs: "a" is no Message-ID`},
		"id with two @":              {"References: <a@b@c>\n", ErrWrongValue, `"a@b@c" is no Message-ID`},
		"id not ASCII":               {"References: <ä@b>\n", ErrWrongValue, `"ä@b" is no Message-ID`},
		"long id":                    {"References: <" + strings.Repeat("x", 998) + "@b>\n", ErrWrongValue, `has more than 985 bytes`},
		"open id":                    {"References: <a@b\n", ErrWrongValue, `4:17: the line ends in a Message-ID (References): close the Message-ID with >`},
		"blank in an id":             {"References: <a @b>\n", ErrWrongValue, `4:15: a blank stands in a Message-ID`},
		"< in an id":                 {"References: <a<@b>\n", ErrWrongValue, `4:15: a second < stands in a Message-ID`},
		"id in one branch":           {"References: {{if .}}<a{{end}}\n", ErrBranchEnd, `one branch ends in a Message-ID (References), another among Message-IDs (References)`},
		"two senders":                {"Sender: a@b, c@d\n", ErrAddress, `4:12: a comma stands in the header Sender: write one address`},
		"two senders, angle":         {"Sender: <a@b>, c@d\n", ErrAddress, `4:14: a comma stands in the header Sender`},
		"Sender twice":               {"Sender: a@b\nSender: c@d\n", ErrHeaderTwice, `5:7: the header Sender stands twice`},
		"References twice":           {"References: <a@b>\nReferences: <c@d>\n", ErrHeaderTwice, `5:11: the header References stands twice`},
		"Return-Path":                {"Return-Path: <{{.}}>\n", ErrOwnHeader, `4:1: the header Return-Path is written by MailHost itself: use the word "return-path"`},
		"ARC":                        {"ARC-Seal: x\n", ErrOwnHeader, `the header ARC-Seal is written by MailHost itself`},
		"Resent":                     {"Resent-To: x\n", ErrOwnHeader, `the header Resent-To is written by MailHost itself`},
		"Received":                   {"Received: x\n", ErrOwnHeader, `the header Received is written by MailHost itself`},
		"Content-Language":           {"Content-Language: de\n", ErrOwnHeader, `the header Content-Language is written by MailHost itself`},
		"Authentication-Results":     {"authentication-results: x\n", ErrOwnHeader, `the header authentication-results is written by MailHost itself`},
		"Errors-To":                  {"Errors-To: a@b\n", ErrUnknownHeader, `the header Errors-To is not known here: use the word "return-path"`},
		"unknown":                    {"Campaign: x\n", ErrUnknownHeader, `the header Campaign is not known here: write From, To`},
		"blank line in an else":      {"{{if .}}X-B: b\n{{else}}\n\nBody{{end}}\n", ErrBlankInBranch, "6:1: the blank line that ends the headers stands inside a branch: put it outside of if, with and range"},
		"header or body":             {"{{with .}}\n\nBody{{end}}\nX-B: b\n", ErrBlankInBranch, "5:1: the blank line that ends the headers stands inside a branch"},
		"blank line in a range":      {"{{range .}}X-B: b\n\n{{end}}\n", ErrBlankInBranch, "5:1: the blank line that ends the headers stands inside a branch"},
		"comment around a value":     {"Cc: a@b ({{.}})\n", ErrAddress, "4:9: '(' stands in a list of addresses"},
		"list in an angle":           {"Cc: <{{.}}, a@b>\n", ErrAddress, "4:11: a comma stands in angle brackets: close the address with > before it"},
		"value behind an else":       {"Cc: {{if .}}<a@b>{{else}}c@d{{end}}{{.}}\n", ErrForbiddenValue, "4:38: a value stands behind an address: put a comma before it"},
		"value in another header":    {"{{if .}}Cc: a@b{{else}}X-B: b{{end}}{{.}}\n", ErrForbiddenValue, "4:39: a value stands where its header depends on a branch: begin a new line before it"},
		"range that ends in an id":   {"References: {{range .}}<{{end}}\n", ErrBranchEnd, "the range ends in a Message-ID (References) but began among Message-IDs (References)"},
		"control behind a backslash": {"Cc: \"a\\\x01\" <a@b>\n", ErrAddress, "4:7: a backslash stands before nothing that it could quote"},
		"CR in a line":               {"X-B: a\rb\n", ErrControl, `4:7: the control character '\r' stands in the headers`},
		"NUL":                        {"X-B: a\x00b\n", ErrControl, `4:7: the control character '\x00' stands in the headers`},
		"literal in the last line":   {"Cc: nobody", ErrAddress, `4:11: the header Cc holds no addresses`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Config{From: "a@b.example"}.ParseFS(files{"page.html": "{{with sendmail}}\nX-A: a\nTo: c@d.example\n" + test.lines + "{{end}}"}.fs(), "*.html")
			var mistakes Mistakes
			require.ErrorAs(t, err, &mistakes)
			require.Len(t, mistakes, 1)
			require.Equal(t, test.code, mistakes[0].Code, "%v", err)
			require.Contains(t, mistakes[0].String(), test.want)
		})
	}
}

// Some editors begin a file with a byte order mark.
func TestByteOrderMark(t *testing.T) {
	set, err := ParseFS(files{
		"page.html":   "\uFEFF<p>{{with sendmail}}\nFrom: a@b.example\n{{template \"lines.html\" .}}\n\n{{template \"lines.html\" .}}{{end}}",
		"lines.html":  "\uFEFFTo: {{.}}\n",
		"whole.mail":  "\uFEFFFrom: a@b.example\nTo: {{.}}\n\nBody",
		"crlf.mail":   "\uFEFF\r\nFrom: a@b.example\r\nTo: {{.}}\r\n\r\nBody\r\n",
		"plain.mail":  "    From: a@b.example\n    To: {{.}}\n\n    Body\n",
		"indent.mail": "\uFEFF  From: a@b.example\n  To: {{.}}\n\n  Body\n",
	}.fs(), "*.html", "*.mail")
	require.NoError(t, err)
	_, mails, err := execute(t, set, "page.html", "ann@example.com")
	require.NoError(t, err)
	require.Equal(t, []string{"ann@example.com"}, mails[0].To)
	for _, name := range []string{"whole.mail", "crlf.mail", "indent.mail", "plain.mail"} {
		mails, err := set.Compose(t.Context(), name, "ann@example.com")
		require.NoError(t, err)
		require.Equal(t, []string{"ann@example.com"}, mails[0].Mail.To)
		require.Equal(t, "Body\r\n", readMail(t, mails[0].Mail).body)
	}
}

// What only an execution can tell.
func TestValuesThatAreNoMessageIDs(t *testing.T) {
	for name, test := range map[string]struct {
		line  string
		value any
		want  string
	}{
		"empty":              {"In-Reply-To: {{.}}", "", "the Message-ID is empty"},
		"nil":                {"In-Reply-To: {{.}}", nil, "the value is nil or missing"},
		"two":                {"In-Reply-To: {{.}}", "<a@b> <c@d>", "is no Message-ID"},
		"two in one":         {"In-Reply-To: {{.}}", "a@b><c@d", "is no Message-ID"},
		"line break":         {"In-Reply-To: {{.}}", "<a@b>\r\nBcc: x@y", "is no Message-ID"},
		"space":              {"References: <{{.}}>", "a@b ", "cannot be a part of a Message-ID"},
		"angle":              {"References: <{{.}}>", "a@b> <c@d", "cannot be a part of a Message-ID"},
		"whole as a part":    {"References: <x{{.}}@y>", "a@b", "is no Message-ID"},
		"list as a part":     {"References: <{{.}}>", []string{"a@b", "c@d"}, "cannot be a part of a Message-ID"},
		"not ASCII":          {"References: {{.}}", "ä@b.example", "is no Message-ID"},
		"too long":           {"References: {{.}}", strings.Repeat("x", 998) + "@b", "has more than 985 bytes"},
		"too long, in parts": {"References: <{{.}}{{.}}@b>", strings.Repeat("x", 600), "has more than 985 bytes"},
		"one bad of a list":  {"References: {{.}}", []string{"a@b", "c"}, `"c" is no Message-ID`},
		"number":             {"References: {{.}}", 7, `"7" is no Message-ID`},
		"two senders":        {"Sender: {{.}}", []string{"a@b.example", "c@d.example"}, "the mail has more than one Sender address: write one"},
		"keyword in parts":   {"Importance: {{if .}}hi{{end}}gg", "x", `"higg" is none of high, normal, low`},
		"twice":              {"{{range .}}References: <a@b>\n{{end}}", []string{"a", "b"}, "the header References was written twice"},
	} {
		t.Run(name, func(t *testing.T) {
			got := failing(t, "{{with sendmail}}\nFrom: a@b.example\nTo: c@d.example\n"+test.line+"\n\nx{{end}}", test.value)
			require.Contains(t, got, test.want)
			require.Regexp(t, `tag: page\.html:\d+:\d+: `, got)
		})
	}
}

// The longest Message-ID that is let through fits on a line, and a reader finds it.
func TestLongestMessageID(t *testing.T) {
	id := strings.Repeat("x", maxMessageID-len("<@b>")) + "@b"
	m := one(t, "{{with sendmail}}\nFrom: a@b.example\nTo: c@d.example\nIn-Reply-To: {{.}}\nReferences: <a@b> {{.}}\n\nx{{end}}", id)
	readMail(t, m)
	r, err := mail.CreateReader(bytes.NewReader(m.Data))
	require.NoError(t, err)
	for name, want := range map[string][]string{"In-Reply-To": {id}, "References": {"a@b", id}} {
		got, err := r.Header.MsgIDList(name)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}
