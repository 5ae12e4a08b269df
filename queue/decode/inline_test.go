package decode

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var pictures = []File{
	{ContentID: "logo@acme", Type: "image/png", Data: []byte("PNG")},
	{ContentID: "a b+c@acme", Type: "image/gif", Data: []byte("GIF")},
	{ContentID: "page@acme", Type: "text/html", Data: []byte("<p>")},
}

func TestInlining(t *testing.T) {
	const png, gif = "data:image/png;base64,UE5H", "data:image/gif;base64,R0lG"
	for _, tt := range []struct{ name, html, want, lost string }{
		{"an image", `<p><img src="cid:logo@acme" alt=x></p>`, `<p><img src="` + png + `" alt="x"></p>`, ""},
		{"without quotes", `<img src=cid:logo@acme>`, `<img src="` + png + `">`, ""},
		{"single quotes", `<img src='cid:logo@acme'/>`, `<img src="` + png + `"/>`, ""},
		{"upper case", `<IMG SRC="CID:logo@acme">`, `<img src="` + png + `">`, ""},
		{"escaped as a URL", `<img src="cid:a%20b%2Bc@acme">`, `<img src="` + gif + `">`, ""},
		{"escaped as HTML", `<img src="&#99;id:logo&#64;acme">`, `<img src="` + png + `">`, ""},
		{"a set", `<img srcset="cid:logo@acme 1x,cid:logo@acme 2x">`, `<img srcset="` + png + ` 1x,` + png + ` 2x">`, ""},
		{"a style attribute", `<td style="background:url('cid:logo@acme')">`, `<td style="background:url(&#39;` + png + `&#39;)">`, ""},
		{"a style sheet", `<style>p{background:url(cid:logo@acme)}</style>`, `<style>p{background:url(` + png + `)}</style>`, ""},
		{"words", `<p>write cid:logo@acme</p>`, `<p>write cid:logo@acme</p>`, ""},
		{"a comment", `<!-- cid:logo@acme -->`, `<!-- cid:logo@acme -->`, ""},
		{"unknown", `<img src="cid:other">`, `<img src="cid:other">`, "cid:other"},
		{"no image", `<iframe src="cid:page@acme"></iframe>`, `<iframe src="cid:page@acme"></iframe>`, "cid:page@acme"},
		{"a bad escape", `<img src="cid:%zz">`, `<img src="cid:%zz">`, "cid:%zz"},
		{"nothing to change", "<P CLASS='a'  id=b>\r\n<br/>&amp;<!--[if mso]><v:x/><![endif]--></P>", "<P CLASS='a'  id=b>\r\n<br/>&amp;<!--[if mso]><v:x/><![endif]--></P>", ""},
		{"an end that is missing", `<p>x<img src="y`, `<p>x<img src="y`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text, lost := (&Message{HTML: tt.html, Images: pictures}).Inlined()
			require.Equal(t, tt.want, text)
			require.Equal(t, tt.lost, strings.Join(lost, ","))
		})
	}
}

func TestInliningIsBounded(t *testing.T) {
	large := File{ContentID: "x", Type: "image/png", Data: make([]byte, 1<<20)}
	in := newInliner([]File{large})
	const times = 100
	got := in.html(strings.Repeat("<img src=cid:x>", times))
	require.Less(t, len(got), maxInlined+1<<20)
	shown := strings.Count(got, "data:image/png")
	require.Greater(t, shown, 30, "the largest mail once")
	require.Len(t, in.lost, times-shown)
}
