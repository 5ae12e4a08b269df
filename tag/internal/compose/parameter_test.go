package compose

import (
	"mime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParameter(t *testing.T) {
	for value, want := range map[string][]string{
		"":                      {`x=""`},
		"a b":                   {`x="a b"`},
		`a"\`:                   {`x="a\"\\"`},
		"ä":                     {"x*=utf-8''%C3%A4"},
		"100% ä":                {"x*=utf-8''100%25%20%C3%A4"},
		"=?":                    {"x*=utf-8''%3D%3F"},
		strings.Repeat("a", 70): {`x="` + strings.Repeat("a", 70) + `"`},
		strings.Repeat("a", 71): {"x*0*=utf-8''" + strings.Repeat("a", 62), "x*1*=" + strings.Repeat("a", 9)},
		strings.Repeat("😀", 7):  {"x*0*=utf-8''" + strings.Repeat("%F0%9F%98%80", 5), "x*1*=" + strings.Repeat("%F0%9F%98%80", 2)},
	} {
		require.Equal(t, want, parameter("x", value))
		_, params, err := mime.ParseMediaType("a/b; " + strings.Join(parameter("x", value), "; "))
		require.NoError(t, err)
		require.Equal(t, map[string]string{"x": value}, params)
	}
}

func TestMediaField(t *testing.T) {
	long := "p=" + strings.Repeat("x", 70)
	for _, test := range []struct {
		params []string
		want   string
	}{
		{nil, "X: a/b\r\n"},
		{[]string{"c=d", "e=f"}, "X: a/b; c=d; e=f\r\n"},
		{[]string{long}, "X: a/b;\r\n " + long + "\r\n"},
		{[]string{"c=d", long, "e=f"}, "X: a/b; c=d;\r\n " + long + ";\r\n e=f\r\n"},
	} {
		got := string(appendMediaField(nil, "X", "a/b", test.params))
		require.Equal(t, test.want, got)
	}
}
