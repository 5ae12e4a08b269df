package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/tag/tagtest"
)

func TestWithPictures(t *testing.T) {
	images := []tagtest.File{
		{Type: "image/png", ContentID: "a@x", Data: []byte("AAA")},
		{Type: "text/html", ContentID: "page", Data: []byte("<script>")},
		{Type: "image/gif", ContentID: "a b", Data: []byte("B")},
	}
	for _, test := range []struct{ name, html, want string }{
		{"no pictures", `<p class=x>A &amp; B<br>`, `<p class=x>A &amp; B<br>`},
		{"a picture", `<p><img alt="A" src="cid:a@x"> A`, `<p><img alt="A" src="data:image/png;base64,QUFB"> A`},
		{"twice", `<IMG SRC=cid:a@x><img src='cid:a@x'/>`, `<img src="data:image/png;base64,QUFB"><img src="data:image/png;base64,QUFB"/>`},
		{"an encoded id", `<img src="cid:a%20b">`, `<img src="data:image/gif;base64,Qg==">`},
		{"attributes stay what they are", `<img src="cid:a@x" alt="&quot;&gt;&lt;script>">`, `<img src="data:image/png;base64,QUFB" alt="&#34;&gt;&lt;script&gt;">`},
		{"an unknown id", `<img src="cid:b@x">`, `<img src="cid:b@x">`},
		{"no image", `<img src="cid:page">`, `<img src="cid:page">`},
		{"a link", `<a href="cid:a@x">`, `<a href="cid:a@x">`},
		{"remote", `<img src="https://evil.test/cid:a@x">`, `<img src="https://evil.test/cid:a@x">`},
		{"text", `cid:a@x <!-- <img src="cid:a@x"> --> <style>cid:a@x</style>`, `cid:a@x <!-- <img src="cid:a@x"> --> <style>cid:a@x</style>`},
		{"a tag that does not end", `<p><img src="cid:a@x`, `<p><img src="cid:a@x`},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, withPictures(letter{Message: &tagtest.Message{HTML: test.html, Images: images}}))
		})
	}
}

// A small mail cannot make a huge page by showing one large image many times.
func TestPicturesAreBounded(t *testing.T) {
	l := letter{Message: &tagtest.Message{
		HTML:   strings.Repeat(`<img src="cid:a">`, 1000),
		Images: []tagtest.File{{Type: "image/png", ContentID: "a", Data: make([]byte, 1<<20)}},
	}}
	page := withPictures(l)
	require.Equal(t, 10, strings.Count(page, "data:"))
	require.Equal(t, 990, strings.Count(page, "cid:a"))
}
