package tag

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A limit is a page that meets a row of limits.txt, and what must come of it.
type limit struct {
	page string
	data any
	want string // the error; "": the mail is made
}

// limits are the rows that concern the making of mail, each in all the places where
// its value might stand. The others concern relays, queues and their stores.
func limits() map[string][]limit {
	places := func(value any, addresses, headers string) []limit {
		return []limit{
			{shopMail("To: {{.}}\n\nx"), value, addresses},
			{shopMail("To: <{{.}}>\n\nx"), value, addresses},
			{shopMail("Sender: {{.}}\n" + toVictim + "\nx"), value, addresses},
			{`{{sendmail "from" "a@b.example" "to" .}}`, value, addresses},
			{`{{sendmail "from" "a@b.example" "to" "c@d.example" "return-path" .}}`, value, addresses},
			{shopMail("To: {{.}} <" + victim + ">\n\nx"), value, headers},
			{shopMail("To: \"{{.}}\" <" + victim + ">\n\nx"), value, headers},
			{shopMail(toVictim + "Subject: {{.}}\n\nx"), value, headers},
			{shopMail(toVictim + "X-A: {{.}}\n\nx"), value, headers},
			{shopMail(toVictim + "In-Reply-To: {{.}}\n\nx"), value, "the Message-ID "},
			{shopMail(toVictim + "\n{{.}}"), value, ""},
			{shopMail(toVictim + "\n{{with part `text/html`}}<p title=\"{{.}}\">{{.}}</p>{{end}}"), value, ""},
		}
	}
	const tooLarge, headersTooLarge = "the mail is larger than 26214400 bytes", "at most 102400 are allowed"
	return map[string][]limit{
		"li-01": {
			{shopMail("To: {{.}}\n\nx"), make([]string, 0), "the mail has no recipient"},
			{shopMail("To: {{.}}\n\nx"), addressesIn(100_001), "more than 100 recipients"},
			{shopMail("{{range .}}Bcc: {{.}}\n{{end}}\n\nx"), addressesIn(10_001), "more than 100 recipients"},
			{`{{sendmail "from" "a@b.example" "cc" .}}`, addressesIn(100_001), "more than 100 recipients"},
		},
		"li-02": {{shopMail(toVictim + "{{range 1100}}X-A: {{$}}\n{{end}}\n\nx"), strings.Repeat("x ", 5000), headersTooLarge}},
		"li-03": {
			{shopMail(toVictim + "\n{{.}}"), strings.Repeat("x", 60_000_000), tooLarge},
			{shopMail(toVictim + "\n{{attach `a.txt` .}}"), make([]byte, 60_000_000), tooLarge},
			{`{{sendmail "from" "a@b.example" "to" "c@d.example" "text" .}}`, strings.Repeat("x", 60_000_000), tooLarge},
		},
		"li-04": {{"{{range 500}}" + shopMail(toVictim+"\n{{attach `a` $ `type` `x/y`}}") + "{{end}}", make([]byte, 15<<20), "the mails of the page have more than 134217728 bytes together"}},
		"li-05": {
			{shopMail(toVictim + "\n{{.}}"), strings.Repeat("x", 1_000_000), ""},
			{shopMail(toVictim + "\n{{with part `text/html`}}<a href=\"{{.}}\">{{.}}</a>{{end}}"), strings.Repeat("x", 1_000_000), ""},
			{shopMail(toVictim + "\n{{with part `text/calendar`}}\nBEGIN:VCALENDAR\nSUMMARY:{{.}}\nEND:VCALENDAR{{end}}"), strings.Repeat("x", 1_000_000), ""},
			{shopMail(toVictim + "Subject: {{.}}\n\nx"), strings.Repeat("x", 1_000_000), headersTooLarge},
		},
		"li-06": {
			{shopMail(toVictim + "\n{{attach `a` .Bytes `type` .Type}}"), map[string]any{"Bytes": []byte("--b\r\n"), "Type": "multipart/mixed; boundary=b"}, "would be taken apart by readers"},
			{shopMail(toVictim + "\n{{with part `text/html`}}{{range 10000}}<div>{{end}}{{end}}"), nil, "the HTML part cannot be read"},
		},
		"li-07": {
			{shopMail(toVictim + "\n{{range 100000}}{{attach `a.txt` $}}{{end}}"), []byte("x"), "more than 100 files"},
			{shopMail(toVictim + "\n{{range 2000000000}}{{attach `a.txt` $}}{{end}}"), []byte{}, "more than 100 files"},
			{shopMail(toVictim + "\n{{with part `text/html`}}{{range $i := 2000000000}}{{embed (print $i) $}}{{end}}{{end}}"), []byte{}, "more than 100 files"},
			{shopMail(toVictim + "\n{{range 2000000000}}{{with part `text/plain`}}{{end}}{{end}}"), nil, "two parts of type text/plain"},
		},
		"li-08": places(strings.Repeat("(", 100_000), "no mailbox", headersTooLarge),
		"li-09": places(strings.Repeat("a ", 100_000), "no mailbox", headersTooLarge),
		"li-10": places("@["+strings.Repeat("a", 100_000)+"]", "no mailbox", headersTooLarge),
		"li-11": places(strings.Repeat("a:", 50_000), "no mailbox", headersTooLarge),
		"li-12": places(strings.Repeat("=?x?q?", 100_000), "no mailbox", headersTooLarge),
	}
}

func addressesIn(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("a%d@example.com", i)
	}
	return list
}

// Sizes that must be refused or bounded are, and soon: what grows with the square of a
// value's length would take minutes.
func TestLimitsCorpus(t *testing.T) {
	all := limits()
	for _, row := range corpus(t, "limits.txt") {
		for _, limit := range all[row[0]] {
			t.Run(row[0]+" "+row[1], func(t *testing.T) {
				set := mustParse(t, files{"page.html": limit.page})
				start := time.Now()
				_, mails, err := execute(t, set, "page.html", limit.data)
				require.Less(t, time.Since(start), time.Minute)
				if limit.want == "" {
					require.NoError(t, err)
					checkWire(t, mails[0].Data)
					return
				}
				require.ErrorContains(t, err, limit.want)
				require.Less(t, len(err.Error()), 1000)
			})
		}
		delete(all, row[0])
	}
	require.Empty(t, all, "each is a row of the file")
}

// The mails of one page do not count for the next.
func TestMailsOfAPageAreCountedAnew(t *testing.T) {
	r, err := newRunner(mustParse(t, files{"page.html": shopMail(toVictim + "\n{{.}}")}).current.Load())
	require.NoError(t, err)
	r.sent = maxSent
	_, _, err = r.run("page.html", "x")
	require.ErrorContains(t, err, "bytes together")
	r.release()
	_, mails, err := r.run("page.html", "x")
	require.NoError(t, err)
	require.Len(t, mails, 1)
}
