package compose

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestInlineCSS(t *testing.T) {
	for name, test := range map[string]struct{ html, want string }{
		"no styles":             {"<p>a", "<p>a"},
		"a rule":                {"<style>p{color:red}</style><p>a<p class=x>b", `<p style="color:red">a<p class="x" style="color:red">b`},
		"own style is stronger": {`<style>p{color:red;margin:0}</style><p style="color: blue;">a`, `<p style="color:red;margin:0;color: blue">a`},
		"important is stronger": {`<style>p{color:red !important;margin:0}</style><p style="color:blue">a`, `<p style="margin:0;color:blue;color:red">a`},
		"specificity":           {"<style>#i{color:red}.c{color:green}p{color:blue;top:0}</style><p id=i class=c>a", `<p id="i" class="c" style="top:0;color:red">a`},
		"order":                 {"<style>.a{color:red}.b{color:blue}</style><p class='b a'>a", `<p class="b a" style="color:blue">a`},
		"weak but important":    {"<style>p{color:red!IMPORTANT}.c{color:blue}</style><p class=c>a", `<p class="c" style="color:red">a`},
		"fallbacks stay":        {"<style>p{background:red;background:linear-gradient(red, blue)}</style><p>a", `<p style="background:red;background:linear-gradient(red, blue)">a`},
		"shorthand order":       {"<style>.c{margin:0}p{margin-left:1px}</style><p class=c>a", `<p class="c" style="margin-left:1px;margin:0">a`},
		"selectors":             {"<style>div > p, ul li:first-child, a[href^='h'], h1+h2, td:not(.x), *.y{top:0}</style><div><p>a</p></div><ul><li>b<li>c</ul><a href=h>d</a><h1>e</h1><h2 class=y>f</h2>", `<div><p style="top:0">a</p></div><ul><li style="top:0">b<li>c</ul><a href="h" style="top:0">d</a><h1>e</h1><h2 class="y" style="top:0">f</h2>`},
		"media stay and win":    {"<style>p{color:red}@media (max-width:600px){p, a:hover{color:blue;top:0!important}}</style><p>a", "<style>\n@media (max-width:600px){\np,a:hover{color:blue !important;top:0 !important}\n}\n</style>" + `<p style="color:red">a`},
		"states stay":           {"<style>a,a:hover,p::first-line,a:is(.x){color:red}</style><a>b</a>", "<style>\na:hover,p::first-line,a:is(.x){color:red !important}\n</style>" + `<a style="color:red">b</a>`},
		"at-rules stay":         {"<style>@import url(x.css);@font-face{font-family:F;src:url(f.woff)}@keyframes k{from{top:0}to{top:1px}}</style>a", "<style>\n@import url(x.css);\n@font-face{font-family:F;src:url(f.woff)}\n@keyframes k{from{top:0}to{top:1px}}\n</style>a"},
		"supports":              {"<style>@supports (display:grid){p{top:0}}</style>a", "<style>\n@supports (display:grid){\np{top:0 !important}\n}\n</style>a"},
		"nested rules stay":     {"<style>p{color:red;&:hover{top:0}}</style><p>a", "<style>\np{color:red;&:hover{top:0}}\n</style><p>a"},
		"unknown stay":          {"<style>p:has(> a),p >> a{top:0}</style><p><a>b</a></p>", "<style>\np:has(> a),p >> a{top:0 !important}\n</style><p><a>b</a></p>"},
		"implied body":          {"<style>body{margin:0}</style><p>a", "<style>\nbody{margin:0 !important}\n</style><p>a"},
		"written body":          {"<html><head><style>body,title{margin:0}</style><title>t</title></head><body bgcolor=red>a</body></html>", `<html><head><title>t</title></head><body bgcolor="red" style="margin:0">a</body></html>`},
		"other media":           {"<style media=print>p{top:0}</style><style media=ALL type='text/css'>p{left:0}</style><style type=x>y</style><p>a", `<style media=print>p{top:0}</style><style type=x>y</style><p style="left:0">a`},
		"two sheets":            {"<style>p{top:0}@media print{p{top:1px}}</style>\n<style>p{top:2px}</style><p>a", "<style>\n@media print{\np{top:1px !important}\n}\n</style>\n" + `<p style="top:2px">a`},
		"comments of CSS":       {"<style><!-- /* p{} */ p{/* x */color:/**/red} --></style><p>a", `<p style="color:red">a`},
		"data URLs":             {`<style>p{background:url(data:image/png;base64,AA==) no-repeat;font-family:"A; B"}</style><p>a`, `<p style="background:url(data:image/png;base64,AA==) no-repeat;font-family:&#34;A; B&#34;">a`},
		"what Outlook reads":    {"<style>p{mso-line-height-rule:exactly;filter:progid:DX.M(a='#8',b=1)}</style><p>a", `<p style="mso-line-height-rule:exactly;filter:progid:DX.M(a=&#39;#8&#39;,b=1)">a`},
		"custom properties":     {"<style>p{--main-c: red;color:var(--main-c)}</style><p>a", `<p style="--main-c:red;color:var(--main-c)">a`},
		"faulty declarations":   {"<style>p{color;:red;*zoom:1;top:;right:1px];left:calc(1px;a:b}p{top:0}}h1{top:1px}</style><p>a<h1>b", `<p style="top:0">a<h1 style="top:1px">b`},
		"unclosed block":        {"<style>p{color:red;top:0</style><p>a", `<p style="color:red;top:0">a`},
		"no selector":           {"<style>{top:0} p{left:0} h1</style><p>a", `<p style="left:0">a`},
		"conditional comments":  {"<style>p{top:0}</style><!--[if mso]><style>p{x:y}</style><p>a & b</p><![endif]--><!--[if !mso]><!--><p>b</p><!--<![endif]--><![if !mso]><p>c<![endif]>", `<!--[if mso]><style>p{x:y}</style><p>a & b</p><![endif]--><!--[if !mso]><!--><p style="top:0">b</p><!--<![endif]--><![if !mso]><p style="top:0">c<![endif]>`},
		"cid":                   {"<style>img{border:0}</style><img src=cid:a@b /><img SRC='cid:c' Alt=\"x\">", `<img src="cid:a@b" style="border:0"/><img src="cid:c" alt="x" style="border:0">`},
		"escaped text":          {"<style>p,b{top:0}</style><p title='&lt;b&gt;&quot;&#39;&amp;amp;'>&lt;script&gt;&amp;lt;<b>c</b>", `<p title="&lt;b&gt;&#34;&#39;&amp;amp;" style="top:0">&lt;script&gt;&amp;lt;<b style="top:0">c</b>`},
		"raw text":              {"<style>b,p{top:0}</style><textarea><b>x</b></textarea><title><p></title><xmp><p></xmp><script>'<p>'</script><p>a", `<textarea><b>x</b></textarea><title><p></title><xmp><p></xmp><script>'<p>'</script><p style="top:0">a`},
		"cloned elements":       {"<style>b{top:0}</style><p><b>a<p>b</b>c", `<p><b style="top:0">a<p>b</b>c`},
		"end of a style":        {"<style>p{top:0}a:hover{x:y}</s/**/tyle>{x:y}</style><p>a", `<style>p{top:0}a:hover{x:y}</s/**/tyle>{x:y}</style><p style="top:0">a`},
		"only in svg":           {"<svg><style>p{top:0}</style></svg><p>a", "<svg><style>p{top:0}</style></svg><p>a"},
		"unfinished tag":        {"<style>p{top:0}</style><p>a<p x='", `<p style="top:0">a<p x='`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := inlineCSS(test.html)
			require.NoError(t, err)
			require.Equal(t, test.want, got)
		})
	}
}

func TestBadCSS(t *testing.T) {
	for _, test := range []struct{ html, reason string }{
		{"<style>\np{content:\"a\n}</style>", "line 2 has an unclosed quotation mark"},
		{"<style>p{} /* a</style>", "line 1 has an unclosed comment"},
		{"<style>" + strings.Repeat("p{} ", 50000) + "</style>", "more than 131072 bytes of style rules"},
		{"<style>" + strings.Repeat("h1{}", 10000) + "</style>" + strings.Repeat("<p>", 1000), "too many style rules"},
		{strings.Repeat("<b>", 10000), "cannot be read"},
	} {
		_, err := inlineCSS(test.html)
		require.ErrorContains(t, err, test.reason)
	}
}
