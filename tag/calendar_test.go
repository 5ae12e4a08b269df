package tag

import (
	"errors"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fill prints a calendar as a part does: each {{.}} of text is a value, escaped
// for its place.
func fill(text string, values ...any) (string, error) {
	var c calendarText
	var out strings.Builder
	literals := strings.Split(text, "{{.}}")
	for i, literal := range literals {
		if _, err := c.Write([]byte(literal)); err != nil {
			return "", err
		}
		out.WriteString(literal)
		if i == len(literals)-1 {
			break
		}
		s, err := c.escape(values[min(i, len(values)-1)])
		if err != nil {
			return "", err
		}
		if _, err := c.Write([]byte(s)); err != nil {
			return "", err
		}
		out.WriteString(s)
	}
	return out.String(), nil
}

type calendarTest struct {
	text  string
	value any
	want  string // what the calendar reads as
	err   string // or how it fails
}

func runCalendarTests(t *testing.T, tests map[string]calendarTest) {
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := fill(test.text, test.value)
			if test.err != "" {
				require.ErrorContains(t, err, test.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.want, got)
		})
	}
}

var berlin = time.FixedZone("here", 3600)

func TestCalendarPlaces(t *testing.T) {
	const inName, inParam = "where the name of a calendar property must", "where the name of a calendar parameter must"
	runCalendarTests(t, map[string]calendarTest{
		"at the beginning":         {text: "{{.}}", value: "x", err: inName},
		"an empty value, too":      {text: "A:b\r\n{{.}}", value: "", err: inName},
		"behind CRLF":              {text: "A:b\r\n{{.}}", value: "x", err: inName},
		"behind LF":                {text: "A:b\n{{.}}", value: " x", err: inName},
		"behind CR":                {text: "A:b\r{{.}}", value: "x", err: inName},
		"in a name":                {text: "X-{{.}}:y", value: "x", err: inName},
		"in a parameter's name":    {text: "A;{{.}}=y:z", value: "x", err: inParam},
		"further in it":            {text: "A;X-{{.}}=y:z", value: "x", err: inParam},
		"a component":              {text: "BEGIN:{{.}}", value: "VEVENT", err: "name of a calendar component"},
		"its end":                  {text: "end:V{{.}}", value: "EVENT", err: "as in END:VEVENT"},
		"a component with VALUE":   {text: "BEGIN;VALUE=TEXT:{{.}}", value: "VEVENT", err: "name of a calendar component"},
		"folded by CRLF":           {text: "SUMMARY:a\r\n {{.}}", value: "b,c", want: "SUMMARY:a\r\n b\\,c"},
		"folded by LF and tab":     {text: "SUMMARY:a\n\t{{.}}", value: "b,c", want: "SUMMARY:a\n\tb\\,c"},
		"folded by CR":             {text: "SUMMARY:a\r {{.}}", value: "b,c", want: "SUMMARY:a\r b\\,c"},
		"folded in a name":         {text: "DTST\r\n ART:{{.}}", value: "b", err: "property DTSTART"},
		"folded in quotes":         {text: "A;CN=\"a\r\n {{.}}\":x", value: `b";c`, want: "A;CN=\"a\r\n b^';c\":x"},
		"a fold is one blank":      {text: "A;CN=\n  {{.}}:x", value: `b,c`, err: "put the whole value in quotes"},
		"an empty line ends folds": {text: "SUMMARY:a\r\n\r\n {{.}}", value: "b", err: inName},
		"and so does CR CR LF":     {text: "SUMMARY:a\r\r\n {{.}}", value: "b", err: inName},
		"empty lines":              {text: "\r\n\r\nSUMMARY:{{.}}\r\n\r\n", value: "b", want: "\r\n\r\nSUMMARY:b\r\n\r\n"},
		"a new property":           {text: "URL;VALUE=URI;TZID=x:http://a/\nSUMMARY:{{.}}", value: "a,b", want: "URL;VALUE=URI;TZID=x:http://a/\nSUMMARY:a\\,b"},
		"nil":                      {text: "SUMMARY:{{.}}", err: "nil or missing"},
		"a nil time":               {text: "DTSTART:{{.}}", value: (*time.Time)(nil), err: "nil or missing"},
		"a line without a colon":   {text: "SUMMARY {{.}}", value: "x", err: inName},
		"and without a value":      {text: "SUMMARY\nA:b", err: `line "SUMMARY" has no colon`},
		"a parameter without one":  {text: "SUMMARY;CN=x\nA:b", err: "property SUMMARY has no colon"},
		"open quotes":              {text: "SUMMARY;CN=\"{{.}}\nA:b", value: "x", err: "CN are not closed"},
		"an indented name":         {text: "  SUMMARY:{{.}}", value: "x", err: "is no name of a calendar property"},
		"a name of other signs":    {text: "SUMM\x00ARY:{{.}}", value: "x", err: "is no name of a calendar property"},
	})
}

func TestCalendarParameters(t *testing.T) {
	const half = "put the whole value in quotes"
	runCalendarTests(t, map[string]calendarTest{
		"plain":                      {text: "A;CN={{.}}:x", value: "Ann Lee", want: "A;CN=Ann Lee:x"},
		"empty":                      {text: "A;CN={{.}}:x", value: "", want: "A;CN=:x"},
		"a comma":                    {text: "A;CN={{.}}:x", value: "Lee, Ann", want: `A;CN="Lee, Ann":x`},
		"a parameter":                {text: "A;CN={{.}};B=c:x", value: "a;ROLE=CHAIR:y", want: `A;CN="a;ROLE=CHAIR:y";B=c:x`},
		"quotes":                     {text: "A;CN={{.}}:x", value: `a" b`, want: `A;CN="a^' b":x`},
		"RFC 6868":                   {text: "A;CN={{.}}:x", value: "a\r\nb\rc\nd^n", want: "A;CN=a^nb^nc^nd^^n:x"},
		"controls":                   {text: "A;CN={{.}}:x", value: "a\x00\x1b\x7f\u0080\tb\xff", want: "A;CN=a\tb\uFFFD:x"},
		"Unicode's breaks":           {text: "A;CN={{.}}:x", value: "a\u2028b\u2029c\u0085d", want: "A;CN=a^nb^nc^nd:x"},
		"in quotes":                  {text: `A;CN="{{.}}":x`, value: `a";B=c:d,^`, want: `A;CN="a^';B=c:d,^^":x`},
		"in quotes with others":      {text: `A;CN="{{.}} {{.}}":x`, value: `a"b`, want: `A;CN="a^'b a^'b":x`},
		"a list by hand":             {text: "A;MEMBER={{.}},{{.}}:x", value: "a:b", want: `A;MEMBER="a:b","a:b":x`},
		"a part, plain":              {text: "A;CN=Dr. {{.}}:x", value: "O'Neil", want: "A;CN=Dr. O'Neil:x"},
		"a part with a comma":        {text: "A;CN=Dr. {{.}}:x", value: "Lee, Ann", err: "\"Lee, Ann\" cannot be a part of the calendar parameter CN without quotes"},
		"a part with quotes":         {text: "A;CN=Dr. {{.}}:x", value: `"Ann"`, err: half},
		"a part with a semicolon":    {text: "A;CN=Dr. {{.}}:x", value: `a;b`, err: half},
		"a part with a colon":        {text: "A;CN=Dr. {{.}}:x", value: `a:b`, err: half},
		"text behind a value":        {text: "A;CN={{.}} Lee:x", value: "Ann", want: "A;CN=Ann Lee:x"},
		"text behind quotes":         {text: "A;CN={{.}} Lee:x", value: "Ann,", err: half},
		"an empty one behind quotes": {text: `A;CN="Ann"{{.}}:x`, value: "", err: half},
		"a value behind quotes":      {text: "A;CN={{.}}{{.}}:x", value: "Ann,", err: half},
		"quotes in the middle":       {text: `A;CN=a"{{.}}":x`, value: "Ann,", err: half},
		"behind a ^":                 {text: "A;CN=^{{.}}:x", value: "n", err: "behind a sign that escapes"},
		"behind a ^ in quotes":       {text: `A;CN="^{{.}}":x`, value: "n", err: "behind a sign that escapes"},
		"behind ^^":                  {text: "A;CN=^^{{.}}:x", value: "n", want: "A;CN=^^n:x"},
		"a list":                     {text: "A;MEMBER={{.}}:x", value: []string{"a"}, err: "a list stands in the calendar parameter MEMBER"},
		"a bool":                     {text: "A;RSVP={{.}}:x", value: true, want: "A;RSVP=TRUE:x"},
		"VALUE":                      {text: "A;VALUE={{.}}:x", value: "URI", err: "calendar parameter VALUE"},
		"value":                      {text: `A;value="{{.}}":x`, value: "URI", err: "calendar parameter VALUE"},
		"ENCODING":                   {text: "A;ENCODING={{.}}:x", value: "BASE64", err: "calendar parameter ENCODING"},
		"TZID does not end itself":   {text: "DTSTART;TZID={{.}}:x", value: "Europe/Berlin;X=y", want: `DTSTART;TZID="Europe/Berlin;X=y":x`},
	})
}

func TestCalendarText(t *testing.T) {
	runCalendarTests(t, map[string]calendarTest{
		"escapes":                     {text: "SUMMARY:{{.}}", value: `a;b,c\d:"e"`, want: `SUMMARY:a\;b\,c\\d:"e"`},
		"lower case":                  {text: "summary:{{.}}", value: "a,b", want: `summary:a\,b`},
		"a property":                  {text: "SUMMARY:{{.}}", value: "a\r\nATTENDEE:mailto:x@y", want: `SUMMARY:a\nATTENDEE:mailto:x@y`},
		"lone CR":                     {text: "SUMMARY:{{.}}", value: "a\rb\r\r\nc", want: `SUMMARY:a\nb\n\nc`},
		"a fold":                      {text: "SUMMARY:{{.}}", value: "a\n b", want: `SUMMARY:a\n b`},
		"Unicode's breaks":            {text: "SUMMARY:{{.}}", value: "a\u0085b\u2028c\u2029d", want: `SUMMARY:a\nb\nc\nd`},
		"controls":                    {text: "SUMMARY:{{.}}", value: "a\x00\v\f\x1b\x7f\u009f\tb", want: "SUMMARY:a\tb"},
		"not UTF-8":                   {text: "SUMMARY:{{.}}", value: "a\xc3", want: "SUMMARY:a\uFFFD"},
		"among text":                  {text: "SUMMARY:Order {{.}}: {{.}}!", value: "7;8", want: `SUMMARY:Order 7\;8: 7\;8!`},
		"X-":                          {text: "X-A:{{.}}", value: "a;b", want: `X-A:a\;b`},
		"unknown":                     {text: "FOO:{{.}}", value: "a;b", want: `FOO:a\;b`},
		"a long name":                 {text: strings.Repeat("X", 500) + ":{{.}}", value: "a;b", want: strings.Repeat("X", 500) + `:a\;b`},
		"VALUE=TEXT":                  {text: "STYLED-DESCRIPTION;VALUE=TEXT:{{.}}", value: "a;b", want: `STYLED-DESCRIPTION;VALUE=TEXT:a\;b`},
		"a type of X-":                {text: "X-A;VALUE=X-B:{{.}}", value: "a;b", want: `X-A;VALUE=X-B:a\;b`},
		"behind a backslash":          {text: `SUMMARY:a\{{.}}`, value: ",", err: "behind a sign that escapes"},
		"behind a folded one":         {text: "SUMMARY:a\\\r\n {{.}}", value: ",", err: "behind a sign that escapes"},
		"behind two":                  {text: `SUMMARY:a\\{{.}}`, value: ",", want: `SUMMARY:a\\\,`},
		"CATEGORIES, one":             {text: "CATEGORIES:{{.}}", value: "a,b", want: `CATEGORIES:a\,b`},
		"CATEGORIES, a list":          {text: "CATEGORIES:{{.}}", value: []string{"a,b", "c;d"}, want: `CATEGORIES:a\,b,c\;d`},
		"CATEGORIES, anything":        {text: "CATEGORIES:x,{{.}}", value: &[]any{"a,b", 7}, want: `CATEGORIES:x,a\,b,7`},
		"CATEGORIES with nil":         {text: "CATEGORIES:{{.}}", value: []any{nil}, err: "nil or missing"},
		"RESOURCES":                   {text: "RESOURCES:{{.}}", value: [2]string{"a", "b"}, want: `RESOURCES:a,b`},
		"a list in SUMMARY":           {text: "SUMMARY:{{.}}", value: []string{"a"}, err: "SUMMARY, which has one value"},
		"a float":                     {text: "X-A:{{.}}", value: 1e6, want: "X-A:1000000"},
		"bytes that print themselves": {text: "X-A:{{.}}", value: net.IPv4(1, 2, 3, 4), want: "X-A:1.2.3.4"},
		"an error":                    {text: "X-A:{{.}}", value: errors.New("a,b"), want: `X-A:a\,b`},
	})
}

func TestCalendarURIs(t *testing.T) {
	const noScheme = "does not begin like a URI"
	runCalendarTests(t, map[string]calendarTest{
		"whole":                   {text: "URL:{{.}}", value: "HTTPS://a.example/b?c=d&e=%41;f,g#h", want: "URL:https://a.example/b?c=d&e=%41;f,g#h"},
		"a property":              {text: "URL:{{.}}", value: "http://a/\r\nX:y z\x00", want: "URL:http://a/%0D%0AX:y%20z%00"},
		"not ASCII":               {text: "URL:{{.}}", value: "http://a/ö\xff", want: "URL:http://a/%C3%B6%FF"},
		"a percent sign":          {text: "URL:{{.}}", value: "http://a/100%/%4g/%4", want: "URL:http://a/100%25/%254g/%254"},
		"no scheme":               {text: "ORGANIZER:{{.}}", value: "ann@example.com", err: noScheme},
		"javascript":              {text: "URL:{{.}}", value: "javascript:alert(1)", err: noScheme},
		"JavaScript":              {text: "URL:{{.}}", value: "\x01JavaScript:alert(1)", err: noScheme},
		"a file":                  {text: "ATTACH:{{.}}", value: `file://evil.example/share`, err: noScheme},
		"in pieces":               {text: "URL:{{.}}{{.}}", value: "java", err: noScheme},
		"in the scheme":           {text: "URL:http{{.}}", value: "s://a.example", err: "in the scheme of the calendar property URL"},
		"a path":                  {text: "URL:https://a.example/{{.}}/b", value: "a b/c", want: "URL:https://a.example/a%20b/c/b"},
		"a query":                 {text: "URL:https://a.example/?id={{.}}", value: "7&admin=1 %41", want: "URL:https://a.example/?id=7%26admin%3D1%20%2541"},
		"a fragment":              {text: "URL:https://a.example/#{{.}}", value: "a/b", want: "URL:https://a.example/#a%2Fb"},
		"a number":                {text: "URL:https://a.example/{{.}}", value: 7, want: "URL:https://a.example/7"},
		"nil":                     {text: "URL:{{.}}", err: "nil or missing"},
		"a list":                  {text: "URL:{{.}}", value: []string{"http://a"}, err: "URL, which has one value"},
		"VALUE=URI":               {text: "X-A;VALUE=uri:{{.}}", value: "a", err: noScheme},
		"VALUE=URI in quotes":     {text: `X-A;VALUE="URI";B=c:{{.}}`, value: "http://a/,", want: `X-A;VALUE="URI";B=c:http://a/,`},
		"mailto":                  {text: "ATTENDEE:mailto:{{.}}", value: "Ann+x@example.com", want: "ATTENDEE:mailto:Ann+x@example.com"},
		"MAILTO":                  {text: "ATTENDEE:MAILTO:{{.}}", value: "a=b@example.com", want: "ATTENDEE:MAILTO:a%3Db@example.com"},
		"mailto, folded":          {text: "ATTENDEE:mai\r\n lto:{{.}}", value: "a&b@example.com", want: "ATTENDEE:mai\r\n lto:a%26b@example.com"},
		"mailto, two":             {text: "ATTENDEE:mailto:{{.}}", value: "a@b.example,c@d.example", err: "property ATTENDEE"},
		"mailto, a header":        {text: "ATTENDEE:mailto:{{.}}", value: "a@b.example?bcc=c@d.example", err: "property ATTENDEE"},
		"mailto, a property":      {text: "ATTENDEE:mailto:{{.}}", value: "a@b.example\r\nX:y", err: "property ATTENDEE"},
		"mailto, a name":          {text: "ATTENDEE:mailto:{{.}}", value: "Ann <a@b.example>", want: "ATTENDEE:mailto:a@b.example"},
		"mailto, an Address":      {text: "ATTENDEE:mailto:{{.}}", value: mail.Address{Name: "Ä", Address: "a@b.example"}, want: "ATTENDEE:mailto:a@b.example"},
		"mailto, its pointer":     {text: "ATTENDEE:mailto:{{.}}", value: &mail.Address{Address: "a@b.example"}, want: "ATTENDEE:mailto:a@b.example"},
		"mailto, a nil one":       {text: "ATTENDEE:mailto:{{.}}", value: (*mail.Address)(nil), err: "nil or missing"},
		"mailto, an empty one":    {text: "ATTENDEE:mailto:{{.}}", value: mail.Address{}, err: "property ATTENDEE"},
		"mailto, empty":           {text: "ATTENDEE:mailto:{{.}}", value: "", err: "property ATTENDEE"},
		"mailto, quoted":          {text: "ATTENDEE:mailto:{{.}}", value: `"a,b"@c.example`, want: "ATTENDEE:mailto:%22a%2Cb%22@c.example"},
		"mailto, a part":          {text: "ATTENDEE:mailto:{{.}}@c.example", value: "a,b?", want: "ATTENDEE:mailto:a%2Cb%3F@c.example"},
		"mailto, a further part":  {text: "ATTENDEE:mailto:x{{.}}@c.example", value: "a@b,", want: "ATTENDEE:mailto:xa%40b%2C@c.example"},
		"mailto, a query":         {text: "URL:mailto:a@b.example?subject={{.}}", value: "x+&bcc=c@d", want: "URL:mailto:a@b.example?subject=x%2B%26bcc%3Dc%40d"},
		"mailto, whole":           {text: "ATTENDEE:{{.}}", value: "MailTo:a%2Bb@c.example", want: "ATTENDEE:mailto:a+b@c.example"},
		"mailto, whole, two":      {text: "ATTENDEE:{{.}}", value: "mailto:a@b.example,c@d.example", err: "property ATTENDEE"},
		"mailto, whole, header":   {text: "ATTENDEE:{{.}}", value: "mailto:a@b.example?bcc=c@d.example", err: "property ATTENDEE"},
		"mailto, whole, no URI":   {text: "ATTENDEE:{{.}}", value: "mailto:a%zz@b.example", err: "write %25 for a percent sign"},
		"CN does not reach it":    {text: "ORGANIZER;CN={{.}}:mailto:x@y.example", value: "A:mailto:e@evil.example", want: `ORGANIZER;CN="A:mailto:e@evil.example":mailto:x@y.example`},
		"the query of another":    {text: "URL:http://a/?b\nURL:http://a/{{.}}", value: "c/d", want: "URL:http://a/?b\nURL:http://a/c/d"},
		"behind a backslash, too": {text: `URL:http://a/\{{.}}`, value: "c", err: "behind a sign that escapes"},
	})
}
