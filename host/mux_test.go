package host

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// letterOf returns a mail from a sender on a route.
func letterOf(route, from string) *Envelope {
	e := envelope("b@y.example")
	e.Route, e.From = route, from
	return e
}

func TestMuxChooses(t *testing.T) {
	tests := []struct{ route, from, want string }{
		{"bulk", "a@acme.example", "bulk"},
		{"bulk", "", "bulk"},
		{"", "a@acme.example", "acme"},
		{"", "a@ACME.Example", "acme"},
		{"unknown", "a@acme.example", "acme"},
		{"Bulk", "a@acme.example", "acme"},
		{"", "a@bücher.example", "bücher"},
		{"", "a@xn--bcher-kva.example", "bücher"},
		{"", "a@XN--Bcher-KVA.example", "bücher"},
		{"", "a@[192.0.2.1]", "literal"},
		{"", `"@acme.example"@z.example`, "default"},
		{"", "a@mail.acme.example", "default"},
		{"", "a@z.example", "default"},
		{"", "", "default"},
		{"", "acme.example", "default"},
		{"unknown", "a@z.example", "default"},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.route, " ", test.from), func(t *testing.T) {
			named := func(name string) Host { return &fakeHost{say: says(Report{Outcome: Delivered, Text: name})} }
			m := &Mux{
				Routes:  map[string]Host{"bulk": named("bulk")},
				Domains: map[string]Host{"Acme.EXAMPLE": named("acme"), "Bücher.example": named("bücher"), "[192.0.2.1]": named("literal")},
				Default: named("default"),
			}
			require.NoError(t, m.Validate())
			require.Equal(t, test.want, sendAny(t, m, t.Context(), letterOf(test.route, test.from))[0][0].Text)
		})
	}
}

func TestMuxOfTheDefaultRoute(t *testing.T) {
	main, other := &fakeHost{}, &fakeHost{}
	m := &Mux{Routes: map[string]Host{"": main}, Domains: map[string]Host{"acme.example": other}}
	require.NoError(t, m.Validate())
	sendAny(t, m, t.Context(), letterOf("", "a@acme.example"))
	require.Len(t, main.batches, 1)
}

// Reports come under the indexes of the caller's batch, and each host has one
// batch.
func TestMuxSplitsABatch(t *testing.T) {
	a := &fakeHost{say: says(Report{Outcome: Delivered})}
	b := &fakeHost{say: says(Report{Outcome: Transient})}
	m := &Mux{Routes: map[string]Host{"a": a, "b": b}}
	batch := letters(recipients(25)...)
	var want []string
	for i, e := range batch {
		e.Route = []string{"b", "a", "none"}[i%3]
		want = append(want, []string{"transient", "delivered", "unreachable"}[i%3])
	}
	require.Equal(t, want, words(sendAny(t, m, t.Context(), batch...)))
	require.Len(t, a.batches, 1)
	require.Len(t, b.batches, 1)
	require.Len(t, a.batches[0], 8)
	require.Same(t, batch[1], a.batches[0][0])
}

func TestMuxWithoutAHostForARoute(t *testing.T) {
	m := &Mux{Routes: map[string]Host{"bulk": &fakeHost{}}}
	require.NoError(t, m.Validate())
	for _, route := range []string{"", "news\r\n"} {
		r := sendAny(t, m, t.Context(), letterOf(route, "a@x.example"))[0][0]
		require.Equal(t, Unreachable, r.Outcome)
		require.True(t, r.Alarm)
		require.Contains(t, r.Text, fmt.Sprintf("no host for the route %q", route))
	}
}

// Hosts that cannot be compared can be chosen all the same.
func TestMuxOfHostsThatCannotBeCompared(t *testing.T) {
	type slice struct {
		hostFunc
		_ []int
	}
	child := slice{hostFunc: (&fakeHost{}).Send}
	m := &Mux{Default: child, Routes: map[string]Host{"a": child}}
	require.Equal(t, []string{"delivered", "delivered"},
		words(sendAny(t, m, t.Context(), letterOf("a", ""), letterOf("", ""))))
}

func TestMuxValidate(t *testing.T) {
	require.ErrorContains(t, (&Mux{}).Validate(), "Mux has no host")
	bad := &fakeHost{mistake: errors.New("bad")}
	m := &Mux{
		Routes: map[string]Host{"none": nil, "bad": bad},
		Domains: map[string]Host{"bücher.example": bad, "XN--bcher-kva.example": &fakeHost{}, "a b": &fakeHost{},
			"": &fakeHost{}, "nil.example": nil},
		Default: &SMTP{},
	}
	err := m.Validate()
	for _, text := range []string{`Routes["none"] is nil`, `Routes["bad"]: bad`, `Domains["bücher.example"]: bad`,
		"xn--bcher-kva.example twice", `Domains has "a b", which is no domain`, `Domains has ""`, `Domains["nil.example"] is nil`,
		"Default: host: Addr is empty"} {
		require.ErrorContains(t, err, text)
	}
	child := &fakeHost{}
	m = &Mux{Domains: map[string]Host{"a b": child}, Default: child}
	r := sendAny(t, m, t.Context(), envelope("b@y.example"))[0][0]
	require.Equal(t, Unreachable, r.Outcome)
	require.True(t, r.Alarm)
	require.Contains(t, r.Text, "which is no domain")
	require.Empty(t, child.batches)
}

func TestMuxCloses(t *testing.T) {
	child := &fakeHost{}
	m := &Mux{Routes: map[string]Host{"a": child}, Domains: map[string]Host{"y.example": child}, Default: child}
	require.EqualError(t, m.Close(), "closed\nclosed\nclosed")
	require.Equal(t, 3, child.closed)
	require.NoError(t, (&Mux{}).Close())
}
