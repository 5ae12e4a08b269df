package tag

import (
	"html/template"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

// printersOf call each printer with a value.
var printersOf = map[string]string{
	"print":    "{{print .X}}",
	"println":  "{{println 1 .X}}",
	"printf":   `{{printf "%v" .X}}`,
	"html":     "{{html .X}}",
	"piped":    "{{.X | urlquery}}",
	"js":       "{{.X | js}}",
	"toString": "{{toString .X}}",
	"variable": "{{$x := print .X}}{{$x}}",
	"with":     `{{with printf "%s" .X}}{{.}}{{end}}`,
}

// nothings are values that text/template prints as <nil>, <no value> or an address.
func nothings() map[string]any {
	pointer, channel := (*string)(nil), make(chan int)
	return map[string]any{"nil": nil, "pointer": pointer, "pointer to a pointer": &pointer, "map": map[string]int(nil), "func": (func())(nil), "channel": channel}
}

// A nil is an error however it is printed.
func TestNoValueInAFunction(t *testing.T) {
	for name, call := range printersOf {
		require.Contains(t, readMail(t, one(t, shopMail(toVictim+"\n"+call), map[string]any{"X": 7})).body, "7")
		for kind, value := range nothings() {
			data := map[string]any{"X": value}
			for place, text := range map[string]string{
				"header": toVictim + "X-A: " + call + "\n\nx", "text": toVictim + "\n" + call,
				"HTML": toVictim + "\n{{with part \"text/html\"}}" + call + "{{end}}", "called": toVictim + "\n{{template \"t\" .}}",
			} {
				page := `{{define "t"}}` + call + `{{end}}` + shopMail(text)
				_, mails, err := execute(t, mustParse(t, files{"page.html": page}), "page.html", data)
				require.Error(t, err, "%s, %s, %s: %s", name, kind, place, printedMail(mails))
			}
		}
	}
}

func printedMail(mails []*queue.Mail) (text string) {
	for _, m := range mails {
		text += string(m.Data)
	}
	return text
}

// HTML shows no nil and no address of the memory.
func TestNoValueInHTML(t *testing.T) {
	for kind, value := range nothings() {
		_, _, err := execute(t, mustParse(t, files{"page.html": shopMail(toVictim + "\n{{with part \"text/html\"}}{{.X}}{{end}}")}), "page.html", map[string]any{"X": value})
		require.Error(t, err, kind)
	}
}

// A key that lacks its number would be that of another mail, which the queue drops.
func TestNoValueInAWord(t *testing.T) {
	for words, want := range map[string]string{
		`"key" (printf "order-%d" .Id)`:               `tag: template: page.html:1:63: executing "page.html" at <printf "order-%d" .Id>: error calling printf: the value is nil or missing`,
		`"subject" (print "Order " .Null)`:            `error calling print: the value is nil or missing`,
		`"subject" (.Null | html)`:                    `error calling html: the value is nil or missing`,
		`"text" (upper (printf "%s" (urlquery .Id)))`: `error calling urlquery: the value is nil or missing`,
		`"meta" "order" (toString .Id)`:               `error calling toString: the value is nil or missing`,
	} {
		page := "{{with sendmail " + fromTo + " " + words + "}}{{end}}"
		require.Contains(t, failing(t, page, map[string]any{"ID": 7, "Null": nil}), want)
	}
	m := one(t, "{{sendmail "+fromTo+` "key" (printf "order-%d" .ID)}}{{printf "%v" .Null}}`, map[string]any{"ID": 7, "Null": nil})
	require.Equal(t, "order-7", m.Key)
}

// The application's own function of that name wins.
func TestPrinterOfTheApplication(t *testing.T) {
	own := template.FuncMap{"print": func(any) string { return "own" }}
	set, err := Config{Funcs: own}.ParseFS(files{"page.html": "{{with sendmail " + fromTo + ` "subject" (print .)}}` + "\n\n{{print .}}{{end}}"}.fs(), "*.html")
	require.NoError(t, err)
	_, mails, err := execute(t, set, "page.html", nil)
	require.NoError(t, err)
	require.Equal(t, "own", mails[0].Subject)
	require.Equal(t, "own\r\n", readMail(t, mails[0]).body)
}
