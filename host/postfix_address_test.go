//go:build linux

package host

import (
	"cmp"
	"testing"

	"github.com/stretchr/testify/require"
)

// Addresses come through as they are, also those that need quotes or UTF-8.
func TestPostfixTakesAddressesAsTheyAre(t *testing.T) {
	t.Parallel()
	p := startPostfix(t, modes[2])
	h := client(t, &SMTP{Addr: p.addrs["chunked"]})
	for _, test := range []struct{ address, came string }{ // "": the same. Quotes are no part of what comes
		{"a@x.example", ""},
		{"A.b-c_d@x.example", ""},
		{"o'brien+tag@x.example", ""},
		{"!#$&'*+-/=?^_{|}~@x.example", ""},
		{"100%@x.example", ""},
		{"a!b@x.example", ""},
		{`"john doe"@x.example`, "john doe@x.example"},
		{`"a@b"@x.example`, "a@b@x.example"},
		{`"say \"hi\" \\"@x.example`, `say "hi" \@x.example`},
		{`",;:"@x.example`, ",;:@x.example"},
		{`".a..b."@x.example`, ".a..b.@x.example"},
		{"a@[192.0.2.1]", ""},
		{"a@[IPv6:2001:db8::1]", ""},
		{"грета@x.example", ""},
		{"a@bücher.example", "a@xn--bcher-kva.example"},
		{"用户@例え.example", "用户@xn--r8jz45g.example"},
	} {
		t.Run(test.address, func(t *testing.T) {
			mail := numberedMail(0, "x\r\n", test.address)
			mail.From = test.address
			require.Equal(t, "delivered", outcomes(sendOne(t, h, mail)))
			came := p.handedOn(t)
			require.Len(t, came, 1)
			want := cmp.Or(test.came, test.address)
			require.Equal(t, want, came[0].From)
			require.Equal(t, []string{want}, came[0].To)
		})
	}
}
