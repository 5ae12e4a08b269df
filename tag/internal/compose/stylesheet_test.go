package compose

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseStyles(t *testing.T) {
	for css, want := range map[string][]rule{
		"":       nil,
		" /**/ ": nil,
		"}}":     nil,
		"p":      nil,
		"<!-- p{} --> b{} <!-- -->": {
			{prelude: "p", selectors: []string{"p"}},
			{prelude: "b", selectors: []string{"b"}},
		},
		"p{}": {{prelude: "p", selectors: []string{"p"}}},
		"p,b > i{top:0}": {{
			prelude:      "p,b > i",
			selectors:    []string{"p", "b > i"},
			declarations: []declaration{{"top", "0", false}},
		}},
		`a[x="{,;}"]:not(b,c){top:0`: {{
			prelude:      `a[x="{,;}"]:not(b,c)`,
			selectors:    []string{`a[x="{,;}"]:not(b,c)`},
			declarations: []declaration{{"top", "0", false}},
		}},
		"@import 'a;b.css';p{}": {
			{raw: "@import 'a;b.css';"},
			{prelude: "p", selectors: []string{"p"}},
		},
		"@charset \"utf-8\"": {{raw: "@charset \"utf-8\";"}},
		"@FONT-FACE{src:url(x)}": {{
			prelude: "@FONT-FACE",
			raw:     "@FONT-FACE{src:url(x)}",
		}},
		"@Media print{p{top:0}@supports (x:y){b{}}}i{}": {
			{prelude: "@Media print", nested: []rule{
				{prelude: "p", selectors: []string{"p"}, declarations: []declaration{{"top", "0", false}}},
				{prelude: "@supports (x:y)", nested: []rule{{prelude: "b", selectors: []string{"b"}}}},
			}},
			{prelude: "i", selectors: []string{"i"}},
		},
		"@media print{p{top:0}": {{
			prelude: "@media print",
			nested:  []rule{{prelude: "p", selectors: []string{"p"}, declarations: []declaration{{"top", "0", false}}}},
		}},
		"@layer{p{top:0}}": {{prelude: "@layer", raw: "@layer{p{top:0}}"}},
		"p{b{top:0}}":      {{prelude: "p", raw: "p{b{top:0}}"}},
	} {
		got, err := parseStyles(css)
		require.NoError(t, err)
		require.Equal(t, want, got, css)
	}
}

// What a sheet says is the same after it was written anew.
func TestRuleText(t *testing.T) {
	const css = "@import url(x);@media (a){p,b{top:0;left:calc(1px + 2px) !important}@media (b){i{}}}q:hover{x:y}p{i{}}"
	rules, err := parseStyles(css)
	require.NoError(t, err)
	var text strings.Builder
	for _, r := range rules {
		text.WriteString(r.text())
	}
	require.Equal(t, "@import url(x);@media (a){\np,b{top:0 !important;left:calc(1px + 2px) !important}\n@media (b){\ni{}\n}\n}q:hover{x:y !important}p{i{}}", text.String())
	again, err := parseStyles(text.String())
	require.NoError(t, err)
	require.Len(t, again, len(rules))
}

func TestUnreadableStyles(t *testing.T) {
	for css, reason := range map[string]string{
		"p{content:'}":          "line 1 has an unclosed quotation mark",
		"p{}\n\nb{content:\"x}": "line 3 has an unclosed quotation mark",
		"p{}\r\n/* x":           "line 2 has an unclosed comment",
	} {
		_, err := parseStyles(css)
		require.ErrorContains(t, err, "the style rules cannot be read: "+reason)
	}
}
