package compose

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTextOfHTML(t *testing.T) {
	for name, test := range map[string]struct{ html, want string }{
		"nothing":            {"", ""},
		"blanks":             {" a \n <b>b</b>c  d<i> e </i>f\tg", "a bc d e f g"},
		"no-break spaces":    {"<p>&nbsp;</p><p>10&nbsp;€&nbsp;</p>", "10 €"},
		"entities":           {"1 &lt; 2 &amp;&amp; &lt;script&gt; &eacute;&#128512;&amp;amp;", "1 < 2 && <script> é😀&amp;"},
		"paragraphs":         {"<h1>A</h1><p>b</p>\n<p>c<br>d</p>e", "A\n\nb\n\nc\nd\n\ne"},
		"divisions":          {"<div><div>a</div>  <div>b<br></div></div><section>c</section>", "a\nb\nc"},
		"many breaks":        {"a<br><br/><br><p></p>b", "a\n\nb"},
		"link":               {`see <a href="https://a.example/x?a=1&amp;b=2">our page</a>, please`, "see our page <https://a.example/x?a=1&b=2>, please"},
		"link that says it":  {`<a href="https://a.example/">a.example</a> <a href="http://b.example/x">http://b.example/x</a> <a href="mailto:a@b.example">a@b.example</a> <a href="tel:+491">+491</a>`, "a.example http://b.example/x a@b.example +491"},
		"link to a mailbox":  {`<a href="mailto:a@b.example">Write</a> to us`, "Write <a@b.example> to us"},
		"other links":        {`<a href="#top">up</a> <a href="javascript:alert(1)">x</a> <a href="/rel">rel</a> <a name=n>n</a> <a href="cid:1">c</a>`, "up x rel n c"},
		"odd link":           {"<a href=' HTTPS://a.example/a b\n<c> '>x</a>", "x <HTTPS://a.example/a%20b%3Cc%3E>"},
		"button":             {`<a href="https://a.example"><table><tr><td>Buy</td></tr></table></a><p>now`, "Buy <https://a.example>\n\nnow"},
		"image in a link":    {`<a href="https://a.example/"><img src="cid:1" alt="Shop"></a>`, "Shop <https://a.example/>"},
		"empty link":         {`x <a href="https://a.example/"><img src="https://a.example/p.gif"></a>`, "x <https://a.example/>"},
		"empty link apart":   {`<p>x</p><p><a href="https://a.example/"><img></a></p>`, "x\n\n<https://a.example/>"},
		"blank in a link":    {`<a href="https://a.example/x">our page </a>is here`, "our page <https://a.example/x> is here"},
		"images":             {`<img src="cid:logo@x" alt="Acme logo"><img src="cid:y"><img alt="">text`, "Acme logotext"},
		"list":               {"<p>Items:</p><ul>\n<li>one\n<li><p>two</p><p>more</p></li>\n<li>three<ul><li>a</li><li>b</li></ul></li></ul>end", "Items:\n\n- one\n\n- two\n\n  more\n\n- three\n  - a\n  - b\n\nend"},
		"numbers":            {"<ol start=9><li>a<li>b<br>c</ol><ol><li>d</ol>", "9. a\n10. b\n  c\n\n1. d"},
		"table":              {"<table><thead><tr><th>Item</th><th>Price</th></tr></thead><tr>\n<td> Hat </td>\n<td>9.00</td></tr><tr><td>Shoe</td><td><b>20</b>.00</td></table>x", "Item  Price\nHat  9.00\nShoe  20.00\n\nx"},
		"layout table":       {"<table><tr><td><table><tr><td><p>a</p></td></tr></table></td></tr><tr><td>b</td></tr></table>", "a\n\nb"},
		"quotation":          {"<p>He wrote:</p><blockquote>a<br>b<blockquote>c</blockquote></blockquote>d", "He wrote:\n\n> a\n> b\n\n> > c\n\nd"},
		"preformatted":       {"x<pre>\n  a   b\n\n\n\tc\n</pre>y", "x\n\n  a   b\n\n\n\tc\n\ny"},
		"rule":               {"a<hr>b", "a\n\n--------------------\n\nb"},
		"not shown":          {"<head><title>T</title><style>p{}</style></head><script>s()</script><style>q{}</style><template>t</template><p>a</p><iframe>i</iframe><svg><text>v</text></svg><select><option>o</select>", "a"},
		"comments":           {"a<!-- b > c --><!--[if mso]><p>Outlook</p><![endif]--><!--[if !mso]><!-->d<!--<![endif]-->e<![if !mso]>f<![endif]>", "adef"},
		"hidden":             {`<div style="display:none;max-height:0">preview</div><span style="DISPLAY : none !important">x</span><p hidden>y</p><i style="visibility:hidden">z</i><b style="font-size:0px">w</b><u style="font-size:10px;opacity:0.5">a</u>`, "a"},
		"filler":             {"a\u00adb\u200bc&#847;&zwnj;&nbsp;", "abc\u200c"},
		"noscript":           {"<noscript><p>a <b>b</b></p></noscript>", "a b"},
		"title alone":        {"<title>Your  order</title><p style='display:none'>x</p>", "Your order"},
		"unclosed":           {"<p>a<b>b<div>c", "ab\n\nc"},
		"no HTML":            {"a < b & c", "a < b & c"},
		"right to left":      {"<p dir=rtl>שלום <b>עולם</b></p>", "שלום עולם"},
		"deep quotation":     {strings.Repeat("<blockquote>", 100) + "a", strings.Repeat("> ", 8) + "a"},
		"values stay values": {"&lt;p&gt;a&lt;/p&gt;&lt;!--", "<p>a</p><!--"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := textOf(test.html)
			require.NoError(t, err)
			require.Equal(t, test.want, strings.TrimRight(got, "\n"))
		})
	}
}

func TestTooDeepHTML(t *testing.T) {
	_, err := textOf(strings.Repeat("<div>", 100000))
	require.ErrorContains(t, err, "the HTML part cannot be read")
}

// What a page's rows make long costs as much as its length, and no more.
func TestTextOfLongHTML(t *testing.T) {
	for _, test := range []struct{ open, row string }{
		{"<ol>", "<li>x"}, {"<table>", "<tr><td>x<td>y"}, {strings.Repeat("<blockquote>", 400), "x<br>"}, {"", "<a href=https://a.example/>x</a> "}, {"", "&lt;"}, {"", ">"}, {"<pre>", "\n x"},
	} {
		source := test.open + strings.Repeat(test.row, 20_000)
		text, err := textOf(source)
		require.NoError(t, err)
		require.Less(t, len(text), 8*len(source), "%s", test.row)
	}
}
