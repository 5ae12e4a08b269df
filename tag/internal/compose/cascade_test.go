package compose

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIsStatic(t *testing.T) {
	for _, selector := range []string{
		"p",
		"*",
		"p.c#i[a=b]",
		"a > b + c ~ d e",
		"p:first-child",
		"P:Nth-Child(2n+1)",
		"p:not(.c):empty",
		`a[href="x:hover"]`,
		`.sm\:w`,
		":root",
	} {
		require.True(t, isStatic(selector), selector)
	}
	for _, selector := range []string{
		"",
		"a:hover",
		"a:link",
		"p::before",
		"p:before",
		"p:not(:hover)",
		"p:nth-child",
		"input:checked",
		"p:",
		"p: first-child",
		"p:is(a)",
		"a['",
	} {
		require.False(t, isStatic(selector), selector)
	}
}

// What stays of a rule, once its declarations are placed.
func TestAddedRules(t *testing.T) {
	for css, stays := range map[string]string{
		"p{top:0}":                "",
		"h1{top:0}":               "", // there is none
		"p,p:hover{top:0}":        "p:hover{top:0 !important}",
		"body p,body{top:0}":      "body{top:0 !important}", // the source has no body tag
		"p:hover{}":               "",
		"p:nth-child(x){top:0}":   "p:nth-child(x){top:0 !important}",
		"@page{margin:0}":         "@page{margin:0}",
		"@media print{p{top:0}}":  "@media print{\np{top:0 !important}\n}",
		"p{&:hover{top:0}left:0}": "p{&:hover{top:0}left:0}",
	} {
		p, err := readPage("<p>a")
		require.NoError(t, err)
		c := newCascade(p.elements())
		rules, err := parseStyles(css)
		require.NoError(t, err)
		require.Len(t, rules, 1)
		got, err := c.add(rules[0])
		require.NoError(t, err)
		require.Equal(t, stays, got, css)
	}
}

func TestTooManyMatches(t *testing.T) {
	p, err := readPage(strings.Repeat("<p>a", 1000))
	require.NoError(t, err)
	c := newCascade(p.elements())
	for {
		if _, err = c.place("h1", nil); err != nil {
			break
		}
	}
	require.ErrorContains(t, err, "1002 elements and too many style rules")
	require.InDelta(t, maxMatches, c.tried, 2000)
}
