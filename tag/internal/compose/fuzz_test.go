package compose

import (
	"mime"
	"net/mail"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

// Whatever the texts, names and contents, two readers find exactly the fields, parts
// and files that were given.
func FuzzMessage(f *testing.F) {
	for _, name := range []string{"smuggling.txt", "header_injection.txt"} {
		for _, s := range payloads(f, name, 2) {
			f.Add(s, s, s, s, s, []byte(s))
		}
	}
	for _, name := range []string{"template_values.txt", "html_preview_xss.txt", "filenames.txt"} {
		for _, s := range payloads(f, name, 1) {
			f.Add(s, s, s, s, s, []byte(s))
		}
	}
	for _, level := range []string{"mixed", "related", "alternative"} {
		s := "\r\n--" + boundary("seed", level) + "--\r\n"
		f.Add(s, s, s, s, s, []byte(s))
	}
	f.Fuzz(func(t *testing.T, subject, name, text, page, fileName string, data []byte) {
		fileName, err := FileName(fileName)
		if err != nil {
			fileName = "refused.txt"
		}
		calendar := "BEGIN:VCALENDAR\nMETHOD:REQUEST\nX-NOTE:" + text
		m := Message{
			Fields: []Field{TextField("Subject", subject), AddressField("To", []Address{{name, mailbox(t, "ann@example.com")}})},
			Parts:  []Part{{"text/calendar", calendar}, {"text/html", page}, {"text/plain", text}, {"text/x-amp-html", page}},
			Files:  []File{{Name: fileName, Data: data}, {Name: fileName, Data: data, ContentID: ContentID(fileName, data)}},
			Seed:   "seed",
		}
		written, err := m.Bytes()
		if err != nil {
			require.Regexp(t, "at most 102400 are allowed|the HTML part cannot be read", err.Error())
			return
		}
		checkLines(t, written)
		require.Equal(t, cap(written), len(written))

		header, root := readStandard(t, written)
		checkHeader(t, header, strings.TrimSpace(Line(subject)), strings.TrimSpace(Line(name)))
		require.Equal(t, root, readGoMessage(t, written))
		leaves := root.leaves()
		require.Len(t, leaves, 6)
		for i, want := range []string{cleanText(text), cleanText(page), cleanText(page), foldCalendar(cleanText(calendar)), string(data), string(data)} {
			require.Equal(t, want, leaves[i].data)
		}
		require.Equal(t, "REQUEST", paramOf(t, leaves[3].kind, "method"))
		for _, file := range leaves[4:] {
			require.Equal(t, fileName, file.name)
		}

		m.InlineCSS = true
		if written, err = m.Bytes(); err == nil {
			checkLines(t, written)
			_, inlined := readStandard(t, written)
			require.Equal(t, root.structure(), inlined.structure())
		}
	})
}

// checkHeader holds a mail's header to the fields that it must have.
func checkHeader(t *testing.T, header mail.Header, subject, name string) {
	t.Helper()
	require.Len(t, header, 4)
	require.Equal(t, []string{"1.0"}, header["Mime-Version"])
	require.Len(t, header["Content-Type"], 1)
	require.Len(t, header["Subject"], 1)
	got, err := new(mime.WordDecoder).DecodeHeader(header.Get("Subject"))
	require.NoError(t, err)
	require.Equal(t, subject, got)
	list, err := header.AddressList("To")
	require.NoError(t, err)
	require.Equal(t, []*mail.Address{{Name: name, Address: "ann@example.com"}}, list)
}

// Whatever the address, it is one that net/mail reads back, or an error.
func FuzzParseAddress(f *testing.F) {
	for _, s := range []string{"ann@example.com", "Ann <ann@example.com>", `"Lee, Ann" <"a b"@example.com>`, "a@b, c@d", "<a@b", `"a\"`, "jörg@bücher.example", "a@[127.0.0.1]", "x <y> z", "g:a@b;", ",a@b,"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAddress(s)
		if err != nil {
			return
		}
		again, err := ParseAddress(a.String())
		require.NoError(t, err)
		require.Equal(t, a, again)
		field := AddressField("To", []Address{a, a})
		data := mustWrite(t, Message{Fields: []Field{field}})
		if strings.Contains(a.Mailbox.Domain, "[IPv6:") || a.Mailbox.Local == `""` {
			return // net/mail does not know them
		}
		header, _ := readStandard(t, data)
		list, err := header.AddressList("To")
		require.NoError(t, err, field.Value)
		require.Len(t, list, 2)
		back, err := FromNetMail(list[1])
		require.NoError(t, err)
		require.Equal(t, a.Name, back.Name)
	})
}

// Whatever the page, moving its styles changes nothing else of it.
func FuzzInlineCSS(f *testing.F) {
	for _, s := range payloads(f, "html_preview_xss.txt", 1) {
		f.Add("p{color:red}", s)
		f.Add(s, "<p title='"+html.EscapeString(s)+"'>"+html.EscapeString(s))
	}
	for _, s := range []string{
		"<svg><style><p></style></svg><p>", "<math><mi><style><b></b>", "<noscript><p></noscript><p>", "<textarea><p></textarea>", "<table><b><tr><p>x", "<b><p>a</b>c<i>",
		"<!--[if mso]><p><![endif]--><!--[if !mso]><!--><p><!--<![endif]-->", "<p =\"x\" a<b='c' style=x STYLE=y/>", "<p\nid=a\r\nclass='b'>", "<p x=", "<svg viewBox='0'><P/></svg>", "<plaintext><p>", "<![CDATA[<p>]]>", "<select><p><style>",
	} {
		f.Add("*{top:0} p,b{color:red} @media print{p{x:y}} a:hover{top:1px}", s)
		f.Add("", "<style>p{top:0}</style>"+s)
	}
	f.Fuzz(func(t *testing.T, css, body string) {
		source := cleanText("<html><head><style>" + css + "</style></head><body>" + body)
		got, err := inlineCSS(source)
		if err != nil {
			return
		}
		again, err := inlineCSS(source)
		require.NoError(t, err)
		require.Equal(t, got, again)
		require.Equal(t, withoutStyles(t, source), withoutStyles(t, got))
	})
}

// withoutStyles renders a page without what inlineCSS may change: the style elements
// of HTML, and style attributes.
func withoutStyles(t *testing.T, source string) string {
	t.Helper()
	doc, err := parseHTML(source)
	require.NoError(t, err)
	return rendered(doc)
}

func rendered(n *html.Node) string {
	if n.Type == html.ElementNode && n.Data == "style" && n.Namespace == "" {
		return ""
	}
	if n.Type == html.TextNode {
		return html.EscapeString(n.Data)
	}
	var out strings.Builder
	out.WriteString("<" + n.Namespace + ":" + n.Data)
	for _, a := range n.Attr {
		if a.Key != "style" {
			out.WriteString(" " + a.Namespace + ":" + a.Key + "=" + html.EscapeString(a.Val))
		}
	}
	out.WriteString(">")
	for c := range n.ChildNodes() {
		out.WriteString(rendered(c))
	}
	return out.String() + "</>"
}

// Whatever a value is, the text part says it.
func FuzzTextOf(f *testing.F) {
	for _, s := range payloads(f, "html_preview_xss.txt", 1) {
		f.Add(s, s)
	}
	for _, s := range payloads(f, "template_values.txt", 1) {
		f.Add(s, s)
	}
	f.Add("<ol><li>a<li>b<blockquote>c<pre>d\n\ne</pre><a href=https://x.example>y</a><table><tr><td>a<td>b", "x  y")
	f.Fuzz(func(t *testing.T, page, value string) {
		value = strings.TrimSpace(Line(value))
		text, err := textOf(cleanText("<b>begin</b> <p>" + html.EscapeString(value) + "</p>" + page))
		if err != nil {
			require.ErrorContains(t, err, "the HTML part cannot be read")
			return
		}
		var words textWriter
		words.words(value)
		require.True(t, strings.HasPrefix(text, strings.TrimSpace("begin\n\n"+words.out.String())), "%q", text)
		require.Less(t, len(text), 10*(len(value)+len(page)+100))
	})
}
