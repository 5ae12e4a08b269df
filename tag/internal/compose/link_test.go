package compose

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLinkAddress(t *testing.T) {
	for href, want := range map[string]string{
		"":                             "",
		"https://a.example/x?y=z#w":    "https://a.example/x?y=z#w",
		" http://a.example ":           "http://a.example",
		"HTTPS://A.example":            "HTTPS://A.example",
		"mailto:a@b.example?subject=x": "a@b.example?subject=x",
		"tel:+491":                     "tel:+491",
		"/orders/7":                    "",
		"orders:7":                     "",
		"#top":                         "",
		"cid:logo@x":                   "",
		"data:text/html,x":             "",
		"javascript:alert(1)":          "",
		"java\nscript:alert(1)":        "",
		"https://a.example/\r\nx y<z>": "https://a.example/x%20y%3Cz%3E",
	} {
		require.Equal(t, want, linkAddress(href), "%q", href)
	}
}

func TestSaysAddress(t *testing.T) {
	for _, same := range [][2]string{
		{"https://a.example/", "https://a.example"},
		{"a.example/x", "https://a.example/x"},
		{"http://a.example", "https://a.example/"},
		{"a@b.example", "a@b.example"},
		{"+49 30 1", "tel:+49%2030%201"},
	} {
		require.True(t, saysAddress(same[0], same[1]), same)
	}
	for _, other := range [][2]string{
		{"", "https://a.example"},
		{"a.example", "https://b.example"},
		{"a.example", "https://a.example/x"},
		{"your bank.example", "https://bank.example"},
	} {
		require.False(t, saysAddress(other[0], other[1]), other)
	}
}
