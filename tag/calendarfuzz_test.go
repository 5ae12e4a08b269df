package tag

import (
	"bytes"
	"fmt"
	"net/mail"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue/decode"
)

// A property is a content line as the test's own reader finds it. The reader goes
// by regular expressions, and knows nothing of how calendar.go follows the text.
type property struct {
	name   string
	params []string // NAME, with its number of values
	value  string
}

var (
	lineBreak   = regexp.MustCompile("\r\n|\r|\n|\v|\f|\u0085|\u2028|\u2029") // as the most lenient of readers split lines
	foldedBreak = regexp.MustCompile("(\r\n|\r|\n)[ \t]")
	nameAtStart = regexp.MustCompile(`^[A-Za-z0-9-]+`)
	paramValue  = regexp.MustCompile(`^("[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*)`)
)

func readCalendar(text string) ([]property, error) {
	var list []property
	for _, line := range lineBreak.Split(foldedBreak.ReplaceAllString(text, ""), -1) {
		if line == "" {
			continue
		}
		p, err := readProperty(line)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", line, err)
		}
		list = append(list, p)
	}
	return list, nil
}

func readProperty(line string) (property, error) {
	p := property{name: nameAtStart.FindString(line)}
	rest := line[len(p.name):]
	for strings.HasPrefix(rest, ";") {
		name := nameAtStart.FindString(rest[1:])
		rest = rest[1+len(name):]
		values := 0
		for values == 0 && strings.HasPrefix(rest, "=") || values > 0 && strings.HasPrefix(rest, ",") {
			value := paramValue.FindString(rest[1:])
			rest = rest[1+len(value):]
			values++
		}
		p.params = append(p.params, fmt.Sprint(name, values))
	}
	value, found := strings.CutPrefix(rest, ":")
	if !found || p.name == "" {
		return p, fmt.Errorf("no property before %q", rest)
	}
	p.value = value
	return p, nil
}

// The reader of the test finds what it must: a test of the test.
func TestReadCalendar(t *testing.T) {
	got, err := readCalendar("A;B=\"x;y:z\",c;D=e:f\r\n :g\n\nH:\r\n")
	require.NoError(t, err)
	require.Equal(t, []property{{"A", []string{"B2", "D1"}, "f:g"}, {"H", nil, ""}}, got)
	for _, bad := range []string{"A", "A;B=\"x:y", "A;B=x\"y\":z", ":x", "A;B=c"} {
		_, err := readCalendar(bad)
		require.Error(t, err, bad)
	}
}

// calendarTexts are templates whose values stand in every kind of place. Those
// that take any text are in the first.
var calendarTexts = []string{
	"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY;LANGUAGE={{.}}:x {{.}}{{.}}\r\nDESCRIPTION:{{.}}\n {{.}}\r\n\t{{.}}\rX-A;X-B=\"{{.}}{{.}}\",{{.}};X-C=d:{{.}}\n" +
		"ORGANIZER;CN=\"{{.}}\":mailto:x{{.}}@example.com\nURL:https://example.com/{{.}}?a={{.}}#{{.}}\nCATEGORIES:a,{{.}}\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
	"ATTENDEE:mailto:{{.}}\nX-A:b\n", "URL:{{.}}\nX-A:b\n", "DTSTART:{{.}}\nX-A:b\n", "RRULE:{{.}}\nX-A:b\n", "RRULE:FREQ={{.}};COUNT=2\nX-A:b\n",
	"EXDATE:{{.}},{{.}}\nX-A:b\n", "A;CN=x{{.}}:b\n", "A;CN={{.}}x:b\n", "A;CN={{.}}{{.}};D=e:b\n", "ATTACH;VALUE=BINARY:{{.}}\nX-A:b\n",
	"DTSTART;TZID={{.}}:{{.}}\nX-A:b\n", "STATUS:{{.}}\nX-A:b\n", "GEO:{{.}};{{.}}\n",
}

// Whatever the values, a calendar has the properties and parameters of its
// template's literal text.
func FuzzCalendarValues(f *testing.F) {
	for _, name := range []string{"header_injection.txt", "smuggling.txt"} {
		for _, row := range corpus(f, name) {
			f.Add(payload(f, row[2]))
		}
	}
	for _, s := range []string{"20260102T150405Z", "ann@example.com", "https://a.example/?b", "FREQ=DAILY", "a\nX:y", "\"", "\";X=y:z", "\\", "^", "\\\n", "a,b;c:d", "Asia/Tokyo", " ", "\u2028X:y", "VALUE=URI"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		for i, text := range calendarTexts {
			got, err := fill(text, value)
			if i > 0 && err != nil {
				continue
			}
			require.NoError(t, err)
			checkCalendar(t, text, got)
		}
	})
}

// checkCalendar compares a calendar with its template, whose values are replaced
// by nothing.
func checkCalendar(t *testing.T, text, got string) {
	t.Helper()
	want, err := readCalendar(strings.ReplaceAll(text, "{{.}}", ""))
	require.NoError(t, err)
	read, err := readCalendar(got)
	require.NoError(t, err)
	require.Len(t, read, len(want), "%q", got)
	for i := range want {
		require.Equal(t, want[i].name, read[i].name)
		require.Equal(t, want[i].params, read[i].params, "%q", got)
		if want[i].name == "BEGIN" || want[i].name == "END" {
			require.Equal(t, want[i].value, read[i].value)
		}
	}
}

// Whatever a value is, a reader gets it back from TEXT and from a parameter, but
// for its controls and line breaks.
func FuzzCalendarText(f *testing.F) {
	for _, s := range []string{"a", `\n,;"^n`, "a\r\nb", "\xff", "a\u2029b\x00"} {
		f.Add(s)
	}
	fromText := strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\,`, ",", `\;`, ";")
	fromParam := strings.NewReplacer("^^", "^", "^n", "\n", "^'", `"`)
	f.Fuzz(func(t *testing.T, value string) {
		got, err := fill("A;CN=\"{{.}}\":{{.}}", value)
		require.NoError(t, err)
		param, text, found := strings.Cut(strings.TrimPrefix(got, `A;CN="`), `":`)
		require.True(t, found)
		require.Equal(t, calendarRunes(value), fromText.Replace(text))
		require.Equal(t, calendarRunes(value), fromParam.Replace(param))
	})
}

// The place does not depend on how the text is cut into writes.
func TestCalendarWritesOfAnySize(t *testing.T) {
	for _, text := range calendarTexts {
		var whole, single calendarText
		literal := []byte(strings.ReplaceAll(text, "{{.}}", "x"))
		for i := range literal {
			n, err := single.Write(literal[i : i+1])
			require.NoError(t, err)
			require.Equal(t, 1, n)
			whole = calendarText{}
			_, err = whole.Write(literal[:i+1])
			require.NoError(t, err)
			require.Equal(t, whole, single)
		}
	}
}

// The same in a whole mail, whose calendar is folded: branches, called templates
// and values of every kind.
func TestCalendarOfAMail(t *testing.T) {
	const page = `{{define "guest"}}ATTENDEE;CN={{.Name}};RSVP={{true}}:mailto:{{.Address}}{{end}}` +
		`{{with sendmail "from" "a@b.example" "to" "c@d.example" "text" "x"}}
		{{with part "text/calendar"}}
		BEGIN:VCALENDAR
		METHOD:REQUEST
		BEGIN:VEVENT
		DTSTART:{{.Start}}
		{{range .Guests}}{{template "guest" .}}
		{{end}}{{if .Place}}LOCATION:{{.Place}}
		 and {{.Place}}
		{{end}}CATEGORIES:{{.Tags}}
		END:VEVENT
		END:VCALENDAR
		{{end}}{{end}}`
	evil := strings.Repeat("ä, ", 40) + "\r\nEND:VEVENT\n \"x\";X=Y:z\\"
	m := one(t, page, map[string]any{
		"Start": time.Unix(0, 0), "Place": evil, "Tags": []string{"a", evil},
		"Guests": []*mail.Address{{Name: evil, Address: "g@h.example"}, {Name: "Bo", Address: "i@j.example"}},
	})
	got, err := decode.Mail(m.Data)
	require.NoError(t, err)
	read, err := readCalendar(got.Calendar)
	require.NoError(t, err)
	text := strings.Repeat(`ä\, `, 40) + `\nEND:VEVENT\n "x"\;X=Y:z\\`
	require.Equal(t, []property{
		{"BEGIN", nil, "VCALENDAR"}, {"METHOD", nil, "REQUEST"}, {"BEGIN", nil, "VEVENT"}, {"DTSTART", nil, "19700101T000000Z"},
		{"ATTENDEE", []string{"CN1", "RSVP1"}, "mailto:g@h.example"}, {"ATTENDEE", []string{"CN1", "RSVP1"}, "mailto:i@j.example"},
		{"LOCATION", nil, text + "and " + text}, {"CATEGORIES", nil, "a," + text}, {"END", nil, "VEVENT"}, {"END", nil, "VCALENDAR"},
	}, read)
	require.Contains(t, failing(t, "{{with sendmail \"from\" \"a@b.example\" \"to\" \"c@d.example\" \"text\" \"x\"}}{{with part \"text/calendar\"}}\nA:b\n{{.}}\n{{end}}{{end}}", "X:y"),
		"where the name of a calendar property must")
}

// What is kept of a text does not grow with it.
func TestCalendarKeepsLittle(t *testing.T) {
	long := bytes.Repeat([]byte("x"), 1<<20)
	for _, text := range []string{"", "A;", "A;B=", `A;B="`, "A:", "URL:"} {
		var c calendarText
		_, err := c.Write(append([]byte(text), long...))
		require.NoError(t, err)
		require.LessOrEqual(t, cap(c.word)+len(c.name)+len(c.param), 3*maxCalendarWord)
	}
}
