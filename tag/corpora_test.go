package tag

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/tag/internal/compose"
	"github.com/go-mailhost/mailhost/tag/internal/corpora"
)

var (
	corpus  = corpora.Rows
	payload = corpora.Payload
)

var controls = regexp.MustCompile(`[\x00-\x1f\x7f]+`)

// asLine is what a value must read as in a header: line breaks and controls are
// one space, and there is none around it.
func asLine(value string) string {
	return strings.TrimSpace(controls.ReplaceAllString(strings.ToValidUTF8(value, "\uFFFD"), " "))
}

const victim = "victim@example.com"

// attack executes a page with one place for a value and returns the mail.
func attack(t testing.TB, headerLine, value string) *queue.Mail {
	t.Helper()
	return one(t, "{{with sendmail}}\nFrom: shop@acme.example\nTo: "+victim+"\n"+headerLine+"\n\nBody\n{{end}}", value)
}

var nameSlots = map[string]string{"from-name": "From", "to-name": "To", "cc-name": "Cc", "reply-to-name": "Reply-To", "sender-name": "Sender"}

// idSlots are values that must not get into a header of Message-IDs.
var idSlots = map[string]bool{"references": true, "message-id": true}

// closedSlots are places that take no value, and the mistake of a template that puts
// one there.
var closedSlots = map[string]struct {
	line string
	code Code
}{
	"header-name":               {"{{.}}: x", ErrValueAsName},
	"sendmail-tag-header-block": {"{{.}}", ErrValueAsName},
	"list-unsubscribe":          {"List-Unsubscribe: {{.}}", ErrForbiddenValue},
	"list-id":                   {"List-Id: {{.}}", ErrForbiddenValue},
	"message-id":                {"Message-ID: {{.}}", ErrOwnHeader},
	"content-id":                {"Content-ID: {{.}}", ErrOwnHeader},
	"content-type-param-name":   {"Content-Type: text/plain; {{.}}=x", ErrOwnHeader},
	"content-type-param-value":  {"Content-Type: text/plain; x={{.}}", ErrOwnHeader},
	"boundary":                  {"Content-Type: multipart/mixed; boundary={{.}}", ErrOwnHeader},
	"charset":                   {"Content-Type: text/plain; charset={{.}}", ErrOwnHeader},
}

func TestHeaderInjectionCorpus(t *testing.T) {
	for _, row := range corpus(t, "header_injection.txt") {
		id, slot, value := row[0], row[1], payload(t, row[2])
		t.Run(id+" "+slot, func(t *testing.T) {
			switch {
			case slot == "subject":
				m := attack(t, "Subject: {{.}}", value)
				checkHeaders(t, m, value, "Subject")
				require.Equal(t, asLine(value), readMail(t, m).subject(t))
			case slot == "header-value":
				m := attack(t, "X-A: {{.}}", value)
				checkHeaders(t, m, value, "X-A")
				require.Equal(t, asLine(value), readMail(t, m).text(t, "X-A"))
			case nameSlots[slot] != "":
				name := nameSlots[slot]
				page := "{{with sendmail}}\n" + name + ": {{.}} <" + victim + ">\n"
				for _, other := range []string{"From", "To"} {
					if other != name {
						page += other + ": " + victim + "\n"
					}
				}
				got := readMail(t, one(t, page+"\nBody\n{{end}}", value)).addresses(t, name)
				require.Len(t, got, 1)
				require.Equal(t, victim, got[0].Address)
				require.Equal(t, asLine(value), got[0].Name)
			case closedSlots[slot].line != "":
				closed := closedSlots[slot]
				_, err := ParseFS(files{"page.html": "{{with sendmail}}\nTo: a@b\n" + closed.line + "\n\nx{{end}}"}.fs(), "*.html")
				var mistakes Mistakes
				require.ErrorAs(t, err, &mistakes)
				require.Equal(t, closed.code, mistakes[0].Code)
			case !idSlots[slot]:
				t.Fatalf("the slot %s has no test", slot)
			}
			if idSlots[slot] {
				require.Equal(t, "reject", row[3])
				for _, line := range []string{"In-Reply-To: {{.}}", "References: <a@b.example> {{.}}", "References: <{{.}}>", "References: <x{{.}}@b.example>"} {
					got := failing(t, "{{with sendmail}}\nFrom: a@b.example\nTo: a@b.example\n"+line+"\n\nx{{end}}", value)
					require.Contains(t, got, "Message-ID", line)
				}
			}
		})
	}
}

// checkHeaders checks that the mail has the headers that its template names and
// no others, and goes to the one recipient that it names.
func checkHeaders(t testing.TB, m *queue.Mail, value, name string) {
	t.Helper()
	want := []string{"From", "To", "Date", "Message-Id", "Auto-Submitted", "Mime-Version", "Content-Type", "Content-Transfer-Encoding"}
	if asLine(value) != "" {
		want = append(want, name)
	}
	got := readMail(t, m)
	var names []string
	for name := range got.header {
		names = append(names, name)
	}
	require.ElementsMatch(t, want, names)
	require.Equal(t, []string{victim}, m.To)
	require.Equal(t, "Body\r\n", got.body)
}

func TestTemplateValuesCorpus(t *testing.T) {
	const text = "To: {{.}} <" + victim + ">\nSubject: {{.}}\n\n"
	for _, row := range corpus(t, "template_values.txt") {
		value := payload(t, row[1])
		t.Run(row[0], func(t *testing.T) {
			body := "[" + strings.ReplaceAll(value, "\x00", "") + "]"
			got := readMail(t, one(t, shopMail(text+"[{{.}}]")+"<p>{{.}}</p>", value))
			to := got.addresses(t, "To")
			require.Len(t, to, 1)
			require.Equal(t, asLine(value), to[0].Name)
			require.Equal(t, asLine(value), got.subject(t))
			require.Equal(t, body+"\r\n", got.body)

			d := oneDecoded(t, shopMail(text+"{{with part `text/plain`}}[{{.}}]{{end}}{{with part `text/html`}}[{{.}}]<a title='{{.}}'>x</a>{{end}}"), value)
			require.Equal(t, body+"\n", d.Text)
			require.Equal(t, 2, strings.Count(d.HTML, "<"), "%q", d.HTML)
			require.Contains(t, html.UnescapeString(d.HTML), "["+strings.ReplaceAll(value, "\x00", "\uFFFD")+"]<a title='")
			if value == "" {
				require.Contains(t, failing(t, shopMail("To: {{.}}\n\nx"), value), "the address is empty")
			}
		})
	}
}

func TestSmugglingCorpus(t *testing.T) {
	for _, row := range corpus(t, "smuggling.txt") {
		value := payload(t, row[2])
		t.Run(row[0]+" "+row[1], func(t *testing.T) {
			if row[1] == "subject" {
				checkHeaders(t, attack(t, "Subject: {{.}}", value), value, "Subject")
				return
			}
			want := strings.ReplaceAll(strings.ReplaceAll(value, "\x00", ""), "\r\n", "\n")
			want = strings.TrimRight(strings.ReplaceAll(want, "\r", ""), "\n") + "\n"
			for _, page := range []string{
				shopMail(toVictim + "\n{{.}}"), shopMail(toVictim + "\n{{with part `text/plain`}}{{.}}{{end}}"), `{{sendmail "from" "a@b.example" "to" "` + victim + `" "text" .}}`,
			} {
				m := one(t, page, value)
				require.Equal(t, []string{victim}, m.To)
				require.Equal(t, strings.ReplaceAll(want, "\n", "\r\n"), readMail(t, m).body)
			}
			d := oneDecoded(t, shopMail(toVictim+"\n{{with part `text/html`}}{{.}}{{end}}{{attach `a.txt` .}}"), []byte(value))
			require.Equal(t, "multipart/mixed\n  multipart/alternative\n    text/plain\n    text/html\n  text/plain", d.Structure)
			require.Equal(t, value, string(d.Attachments[0].Data))
		})
	}
}

// A file's name is what package compose makes of it, which has the verdict of each
// row, wherever the page says it; it adds no header, parameter or part.
func TestFileNamesCorpus(t *testing.T) {
	for call, image := range map[string]bool{
		"{{attach .Name .Data}}": false, "{{attach `a.txt` .Data `as` .Name}}": false, "{{attach `docs/a.txt` `as` .Name}}": false,
		"{{with part `text/html`}}<img src=\"{{embed .Name .Data}}\">{{end}}": true, "{{with part `text/html`}}{{attach .Name .Data}}{{end}}": false,
	} {
		set := mustParse(t, files{"page.html": shopMail(toVictim + "\n" + call)}, "docs/a.txt", "x")
		for _, row := range corpus(t, "filenames.txt") {
			t.Run(row[0]+" "+call, func(t *testing.T) {
				given := payload(t, row[1])
				want, refused := compose.FileName(given)
				require.Equal(t, strings.HasPrefix(row[2], "reject"), refused != nil)
				_, mails, err := execute(t, set, "page.html", map[string]any{"Name": given, "Data": []byte("x")})
				if refused != nil {
					require.ErrorContains(t, err, "has a line break or a control")
					return
				}
				require.NoError(t, err)
				readMail(t, mails[0])
				d := decoded(t, mails[0])
				got := d.Attachments
				if image {
					got = d.Images
				}
				require.Len(t, append(d.Attachments, d.Images...), 1)
				require.Equal(t, want, got[0].Name)
				require.Equal(t, []byte("x"), got[0].Data)
			})
		}
	}
}
