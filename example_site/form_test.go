package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFields(t *testing.T) {
	for _, test := range []struct {
		name, value, problem string
		read                 func(f *form) any
		want                 any
	}{
		{"text", " Ann\n", "", func(f *form) any { return f.text("x", "It", 3) }, "Ann"},
		{"text, missing", " \t ", "It is missing.", func(f *form) any { return f.text("x", "It", 3) }, nil},
		{"text, characters and not bytes", "äöü", "", func(f *form) any { return f.text("x", "It", 3) }, "äöü"},
		{"text, too long", "Anna", "It is too long: 3 characters at most.", func(f *form) any { return f.text("x", "It", 3) }, nil},
		{"text, not UTF-8", "\xff", "It has characters that cannot be read.", func(f *form) any { return f.text("x", "It", 3) }, nil},
		{"address", " ann@example.com", "", func(f *form) any { return f.address("x", "It") }, "ann@example.com"},
		{"address, missing", "", "It is missing.", func(f *form) any { return f.address("x", "It") }, nil},
		{"address, none", "ann", "It cannot be used: write one such as ann@example.com.", func(f *form) any { return f.address("x", "It") }, nil},
		{"address, two", "a@example.com,b@example.com", "It cannot be used: write one such as ann@example.com.", func(f *form) any { return f.address("x", "It") }, nil},
		{"address, too long", strings.Repeat("a", 255), "It is too long: 254 characters at most.", func(f *form) any { return f.address("x", "It") }, nil},
		{"number", "3", "", func(f *form) any { return f.number("x", "It", 3, 5) }, 3},
		{"number, missing", "", "It is missing.", func(f *form) any { return f.number("x", "It", 3, 5) }, nil},
		{"number, none", "three", "It must be a whole number from 3 to 5.", func(f *form) any { return f.number("x", "It", 3, 5) }, nil},
		{"number, too small", "2", "It must be a whole number from 3 to 5.", func(f *form) any { return f.number("x", "It", 3, 5) }, nil},
		{"number, too large", "6", "It must be a whole number from 3 to 5.", func(f *form) any { return f.number("x", "It", 3, 5) }, nil},
		{"number, larger than any", "99999999999999999999", "It must be a whole number from 3 to 5.", func(f *form) any { return f.number("x", "It", 3, 5) }, nil},
		{"product", "hole", "", func(f *form) any { return f.product("x").Name }, "Portable hole"},
		{"product, not ours", "gold", "The product is not one of ours: choose one from the list.", func(f *form) any { return f.product("x").Name }, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newForm(map[string]string{"x": test.value})
			got := test.read(f)
			require.Equal(t, test.problem, f.Problems["x"])
			require.Equal(t, test.problem != "", f.bad())
			if test.problem == "" {
				require.Equal(t, test.want, got)
			}
		})
	}
}

func TestABadFormIsShownAgain(t *testing.T) {
	_, base := openShop(t, options{})
	for _, test := range []struct {
		name, path string
		fields     url.Values
		want       []string
	}{
		{"order", "/order", url.Values{"product": {"balloon"}, "quantity": {"7"}, "name": {" "}, "email": {`ann@"><b>`}}, []string{
			`<option value="balloon" selected>`, `name="quantity" value="7"`, `Your name is missing.`,
			`value="ann@"><b>"`, `Your mail address cannot be used`, `the 2 marked fields`,
		}},
		{"order of nothing", "/order", nil, []string{
			"The product is not one of ours", "The quantity is missing.", "Your name is missing.", "Your mail address is missing.",
		}},
		{"gift card", "/gift-card", url.Values{"from": {"Ann"}, "name": {"Bob"}, "email": {"bob@example.com"}, "amount": {"5"}}, []string{
			`name="from" value="Ann"`, `name="name" value="Bob"`, `value="bob@example.com"`, "The amount must be a whole number from 10 to 500.", "the marked field.",
		}},
		{"newsletter", "/newsletter", url.Values{"text": {"\n<p>Hello"}}, []string{"The subject is missing.", ">\n\n<p>Hello</textarea>"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, page := post(t, base+test.path, test.fields)
			require.Equal(t, http.StatusUnprocessableEntity, status)
			for _, want := range test.want {
				require.Contains(t, page, want)
			}
		})
	}
	nowhere(t, base, "bob@example.com")
}

func TestTypedTextIsEscaped(t *testing.T) {
	s, _ := openShop(t, options{})
	w := postRaw(s, "/order", "application/x-www-form-urlencoded", url.Values{"name": {`"><script>alert(1)</script>`}}.Encode())
	require.NotContains(t, w.Body.String(), "<script")
	require.Contains(t, w.Body.String(), "&lt;script&gt;")
}

func TestAFormThatCannotBeRead(t *testing.T) {
	s, _ := openShop(t, options{})
	const urlencoded = "application/x-www-form-urlencoded"
	for _, test := range []struct {
		name, kind, body string
		want             int
	}{
		{"bad escape", urlencoded, "name=%zz", http.StatusBadRequest},
		{"too long", urlencoded, "name=" + strings.Repeat("a", maxBody), http.StatusRequestEntityTooLarge},
		{"as long as may be", urlencoded, "name=" + strings.Repeat("a", maxBody-5), http.StatusUnprocessableEntity},
		{"not a form", "text/plain", "name=Ann", http.StatusUnprocessableEntity},
		{"kind cannot be read", ";", "name=Ann", http.StatusBadRequest},
	} {
		for _, path := range []string{"/order", "/gift-card", "/newsletter"} {
			t.Run(test.name+path, func(t *testing.T) {
				w := postRaw(s, path, test.kind, test.body)
				require.Equal(t, test.want, w.Code)
				require.Contains(t, w.Body.String(), "<h1>")
			})
		}
	}
}
