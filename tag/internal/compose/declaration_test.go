package compose

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDeclarations(t *testing.T) {
	for block, want := range map[string][]declaration{
		"":                           nil,
		";;":                         nil,
		"top:0":                      {{"top", "0", false}},
		" top : 0 ; ":                {{"top", "0", false}},
		"top:0!important":            {{"top", "0", true}},
		"top:0 ! IMPORTANT":          {{"top", "0", true}},
		"a:b;a:c":                    {{"a", "b", false}, {"a", "c", false}},
		"src:url(data:x;y,z);c:d":    {{"src", "url(data:x;y,z)", false}, {"c", "d", false}},
		"content:'a;b:c'":            {{"content", "'a;b:c'", false}},
		"--x:1;-moz-y:2;_z:3":        {{"--x", "1", false}, {"-moz-y", "2", false}, {"_z", "3", false}},
		"filter:progid:X.Y(a=1,b=2)": {{"filter", "progid:X.Y(a=1,b=2)", false}},
		"grid:[a] 1fr [b]":           {{"grid", "[a] 1fr [b]", false}},

		// What readers leave out.
		"top":               nil,
		"top:":              nil,
		":0":                nil,
		"top:!important":    nil,
		"*top:0;left:0":     {{"left", "0", false}},
		"1top:0;left:0":     {{"left", "0", false}},
		"a b:0;left:0":      {{"left", "0", false}},
		"left:0;top:calc(1": {{"left", "0", false}},
		"top:1);left:0":     {{"left", "0", false}},
		"top:[1;left:0":     nil,
	} {
		tokens, err := tokensOf(block)
		require.NoError(t, err)
		require.Equal(t, want, declarationsOf(tokens), block)
	}
}
