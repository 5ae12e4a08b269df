package tag

import (
	"context"
	"html/template"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

// configured sends the mail of a page with a Config.
func configured(t testing.TB, c Config, page string, data any) *queue.Mail {
	t.Helper()
	set, err := c.ParseFS(files{"page.html": page}.fs(), "*.html")
	require.NoError(t, err)
	_, mails, err := execute(t, set, "page.html", data)
	require.NoError(t, err)
	require.Len(t, mails, 1)
	return mails[0]
}

func TestConfigMistakes(t *testing.T) {
	headers := func(list ...string) Config {
		c := Config{Headers: map[string]string{}}
		for i := 0; i < len(list); i += 2 {
			c.Headers[list[i]] = list[i+1]
		}
		return c
	}
	for name, test := range map[string]struct {
		config Config
		want   string
	}{
		"From, none":              {Config{From: "shop"}, `tag: Config.From: "shop": host: `},
		"From, two":               {Config{From: "a@b, c@d"}, `tag: Config.From: "a@b, c@d" is not one address but 2`},
		"ReplyTo, none":           {Config{ReplyTo: "<>"}, `tag: Config.ReplyTo: `},
		"ReplyTo, second line":    {Config{ReplyTo: "a@b\nBcc: c@d"}, `tag: Config.ReplyTo: "a@b\nBcc: c@d" is no address`},
		"Domain, with @":          {Config{Domain: "a@b.example"}, `tag: Config.Domain: "a@b.example" is no domain: write one such as acme.example`},
		"Domain, second line":     {Config{Domain: "b.example>\nX: y"}, `tag: Config.Domain: `},
		"Domain, blank":           {Config{Domain: " "}, `tag: Config.Domain: " " is no domain`},
		"Domain, literal":         {Config{Domain: "[127.0.0.1]"}, `tag: Config.Domain: "[127.0.0.1]" is no domain`},
		"Domain, quote":           {Config{Domain: `x"@b.example`}, `tag: Config.Domain: `},
		"MaxSize, negative":       {Config{MaxSize: -1}, `tag: Config.MaxSize: -1 is negative: write a number of bytes, or 0 for 26214400`},
		"MaxSize, beyond a queue": {Config{MaxSize: 64<<20 + 1}, `tag: Config.MaxSize: 67108865 bytes are more than a queue takes: write at most 67108864`},
		"header, no name":         {headers("X A", "x"), `tag: Config.Headers: "X A" is no header name: a name has letters, digits and hyphens, at most 54 bytes`},
		"header, two lines":       {headers("X-A: x\nBcc", "c@d"), `tag: Config.Headers: "X-A: x\nBcc" is no header name`},
		"header, unknown":         {headers("Colour", "x"), `tag: Config.Headers: the header Colour is not known here: write one that MailHost knows, or a name that begins with X-`},
		"header, ours":            {headers("message-id", "<x@y>"), `tag: Config.Headers: the header message-id is written by MailHost itself: leave the line out`},
		"header, Return-Path":     {headers("Return-Path", "x@y"), `use the word "return-path"`},
		"header, From":            {headers("from", "a@b"), `tag: Config.Headers: the header From cannot have a default: set Config.From`},
		"header, Reply-To":        {headers("Reply-To", "a@b"), `the header Reply-To cannot have a default: set Config.ReplyTo`},
		"header, To":              {headers("To", "a@b"), `the header To cannot have a default: name recipients in each mail, or add one to all in Config.Edit`},
		"header, Cc":              {headers("CC", "a@b"), `the header Cc cannot have a default`},
		"header, Bcc":             {headers("Bcc", "a@b"), `the header Bcc cannot have a default`},
		"header, line break":      {headers("X-A", "x\r\nBcc: c@d"), `tag: Config.Headers: the header X-A has a line break or a control character in its value "x\r\nBcc: c@d": take it out`},
		"header, NUL":             {headers("X-A", "\x00"), `the header X-A has a line break or a control character`},
		"header, empty":           {headers("X-A", " "), `tag: Config.Headers: the header X-A has no value: leave it out`},
		"header, commas":          {headers("Sender", ", ,"), `tag: Config.Headers: the header Sender has no value: leave it out`},
		"header, twice":           {headers("X-A", "x", "x-a", "y"), `the header X-A stands twice, in upper and lower case: write it once`},
		"header, bad keyword":     {headers("Importance", "very"), `tag: Config.Headers: Importance: "very" is none of high, normal, low`},
		"header, not ASCII":       {headers("List-Id", "grün"), `tag: Config.Headers: List-Id: "grün" is not all ASCII`},
		"header, bad address":     {headers("Sender", "x"), `tag: Config.Headers: Sender: `},
		"header, bad Message-ID":  {headers("References", "x"), `tag: Config.Headers: References: `},
		"header, too large":       {headers("X-A", strings.Repeat("word ", 30000)), `tag: Config.Headers: the headers of the mail have `},
		"header, Post alone":      {headers("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"), `the header List-Unsubscribe-Post stands without List-Unsubscribe (RFC 8058 section 3.1): write both`},
		"all at once":             {Config{From: "x", ReplyTo: "y", Domain: "", MaxSize: -1}, "tag: Config.MaxSize: -1"},
		"all at once, the first":  {Config{From: "x", ReplyTo: "y", MaxSize: -1}, "tag: Config.From: "},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := test.config.ParseFS(files{"page.html": ""}.fs(), "*.html")
			require.ErrorContains(t, err, test.want)
			require.Less(t, len(err.Error()), 500)
			set, err := mustParse(t, files{"page.html": ""}).current.Load().page.Clone()
			require.NoError(t, err)
			_, err = test.config.New(set)
			require.ErrorContains(t, err, test.want)
		})
	}
}

const plainBlock = "{{with sendmail}}\nFrom: Shop <shop@acme.example>\nTo: ann@example.com\n{{.}}\n\nx\n{{end}}"

func TestDefaults(t *testing.T) {
	unsubscribe := map[string]string{"List-Unsubscribe": "<https://acme.example/u>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
	for name, test := range map[string]struct {
		config Config
		lines  string            // of the block
		want   map[string]string // headers; "": none
	}{
		"ReplyTo":              {Config{ReplyTo: "Grüße <help@acme.example>"}, "", map[string]string{"Reply-To": "=?utf-8?b?R3LDvMOfZQ==?= <help@acme.example>"}},
		"ReplyTo, written":     {Config{ReplyTo: "help@acme.example"}, "Reply-To: r@acme.example\n", map[string]string{"Reply-To": "r@acme.example"}},
		"header":               {Config{Headers: map[string]string{"X-A": "ä"}}, "", map[string]string{"X-A": "=?utf-8?b?w6Q=?="}},
		"header, written":      {Config{Headers: map[string]string{"x-a": "1"}}, "X-A: 2\n", map[string]string{"X-A": "2"}},
		"header, left empty":   {Config{Headers: map[string]string{"X-A": "1"}}, "X-A: {{if false}}2{{end}}\n", map[string]string{"X-A": "1"}},
		"subject":              {Config{Headers: map[string]string{"Subject": "News"}}, "", map[string]string{"Subject": "News"}},
		"subject, written":     {Config{Headers: map[string]string{"Subject": "News"}}, "Subject: Old\n", map[string]string{"Subject": "Old"}},
		"Sender":               {Config{Headers: map[string]string{"Sender": "Bot <bot@acme.example>"}}, "", map[string]string{"Sender": "Bot <bot@acme.example>"}},
		"Sender, written":      {Config{Headers: map[string]string{"Sender": "bot@acme.example"}}, "Sender: me@acme.example\n", map[string]string{"Sender": "me@acme.example"}},
		"Auto-Submitted":       {Config{Headers: map[string]string{"Auto-Submitted": "no"}}, "", map[string]string{"Auto-Submitted": "no"}},
		"Message-IDs":          {Config{Headers: map[string]string{"References": " <a@b>  <c@d>"}}, "", map[string]string{"References": "<a@b> <c@d>"}},
		"unsubscribe":          {Config{Headers: unsubscribe}, "", unsubscribe},
		"unsubscribe, written": {Config{Headers: unsubscribe}, "List-Unsubscribe: <mailto:u@acme.example>\n", map[string]string{"List-Unsubscribe": "<mailto:u@acme.example>", "List-Unsubscribe-Post": ""}},
	} {
		t.Run(name, func(t *testing.T) {
			page := strings.Replace(plainBlock, "{{.}}\n", test.lines, 1)
			got := readMail(t, configured(t, test.config, page, nil)).header
			for name, value := range test.want {
				require.Equal(t, value, got.Get(name), name)
			}
		})
	}
}

// The word of a header counts as its line.
func TestWordsWinOverDefaults(t *testing.T) {
	c := Config{From: "x@acme.example", ReplyTo: "x@acme.example", Headers: map[string]string{"Subject": "x", "List-Unsubscribe": "<https://acme.example/x>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}}
	m := configured(t, c, `{{sendmail "from" "a@b.example" "to" "c@d.example" "reply-to" "r@b.example" "subject" "s" "unsubscribe" "mailto:u@b.example"}}`, nil)
	got := readMail(t, m).header
	require.Equal(t, []string{"a@b.example", "r@b.example", "s", "<mailto:u@b.example>", ""},
		[]string{got.Get("From"), got.Get("Reply-To"), got.Get("Subject"), got.Get("List-Unsubscribe"), got.Get("List-Unsubscribe-Post")})
}

func TestDefaultsComeInOneOrder(t *testing.T) {
	c := Config{Headers: map[string]string{"X-C": "3", "X-A": "1", "X-B": "2", "Organization": "o", "Sender": "s@b.example"}}
	for range 20 {
		data := string(configured(t, c, strings.Replace(plainBlock, "{{.}}", "X-Z: 0", 1), nil).Data)
		require.Contains(t, data, "\r\nX-Z: 0\r\nOrganization: o\r\nX-A: 1\r\nX-B: 2\r\nX-C: 3\r\nAuto-Submitted: ")
	}
}

func TestMessageIDDomain(t *testing.T) {
	for domain, want := range map[string]string{
		"":                `^<[a-z2-7]{26}@acme\.example>$`, // of shop@acme.example
		"mail.example":    `^<[a-z2-7]{26}@mail\.example>$`,
		"bücher.example":  `^<[a-z2-7]{26}@xn--bcher-kva\.example>$`,
		"localhost":       `^<[a-z2-7]{26}@localhost>$`,
		"A.Mixed.Example": `(?i)^<[a-z2-7]{26}@a\.mixed\.example>$`,
	} {
		m := configured(t, Config{Domain: domain}, strings.Replace(plainBlock, "{{.}}\n", "", 1), nil)
		require.Regexp(t, want, readMail(t, m).header.Get("Message-Id"))
	}
}

// The bound counts the mail as it is sent, and what templates print and attach on the
// way there.
func TestMaxSize(t *testing.T) {
	const page = `{{sendmail "from" "a@b.example" "to" "c@d.example" "text" .}}`
	body := strings.Repeat(strings.Repeat("x", 59)+"\n", 100)
	size := len(configured(t, Config{}, page, body).Data)
	configured(t, Config{MaxSize: size}, page, body)

	for name, test := range map[string]struct {
		page string
		data any
	}{
		"text":     {page, body},
		"block":    {"{{with sendmail}}\n" + head + "{{.}}{{end}}", body},
		"part":     {"{{with sendmail}}\n" + head + "{{with part `text/html`}}{{.}}{{end}}{{end}}", body},
		"content":  {"{{with sendmail}}\n" + head + "{{attach `a.txt` .}}{{end}}", []byte(body)},
		"reader":   {"{{with sendmail}}\n" + head + "{{attach `a.txt` .}}{{end}}", strings.NewReader(body)},
		"file":     {"{{with sendmail}}\n" + head + "{{attach `large.txt`}}{{end}}", nil},
		"infinite": {"{{with sendmail}}\n" + head + "{{range 1000000000}}x{{end}}{{end}}", nil},
	} {
		t.Run(name, func(t *testing.T) {
			set, err := Config{MaxSize: 5000}.ParseFS(files{"page.html": test.page, "large.txt": body}.fs(), "*.html")
			require.NoError(t, err)
			_, _, err = execute(t, set, "page.html", test.data)
			require.ErrorContains(t, err, "the mail is larger than 5000 bytes")
		})
	}
}

// A template goes no further than the bound.
func TestMaxSizeStopsTheTemplate(t *testing.T) {
	for name, action := range map[string]string{
		"text": "{{.}}{{after}}", "part": "{{with part `text/html`}}{{.}}{{after}}{{end}}", "file": "{{attach `a.txt` .}}{{after}}",
	} {
		t.Run(name, func(t *testing.T) {
			reached := 0
			c := Config{MaxSize: 5000, Funcs: template.FuncMap{"after": func() string { reached++; return "" }}}
			set, err := c.ParseFS(files{"page.html": "{{with sendmail}}\n" + head + action + "{{end}}", "a.mail": head + action}.fs(), "*.html", "*.mail")
			require.NoError(t, err)
			for _, name := range []string{"page.html", "a.mail"} {
				_, err = set.Compose(context.Background(), name, []byte(strings.Repeat("x", 100)))
				require.NoError(t, err)
				require.Positive(t, reached, "the test can tell")
				reached = 0
				_, err = set.Compose(context.Background(), name, []byte(strings.Repeat("x", 5001)))
				require.ErrorContains(t, err, "the mail is larger than 5000 bytes")
				require.Zero(t, reached)
			}
		})
	}
}

// A mail may be larger than the default where the Config says so.
func TestMaxSizeAboveTheDefault(t *testing.T) {
	const page = `{{sendmail "from" "a@b.example" "to" "c@d.example" "text" .}}`
	body := strings.Repeat(strings.Repeat("x", 59)+"\n", defaultMaxSize/60+1)
	require.Greater(t, len(configured(t, Config{MaxSize: mostMaxSize}, page, body).Data), defaultMaxSize)
}
