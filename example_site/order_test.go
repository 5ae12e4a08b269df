package main

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheOrderPage(t *testing.T) {
	s, base := openShop(t, options{})
	status, page := post(t, base+"/order", url.Values{"product": {"hole"}, "quantity": {"3"}, "name": {"Zoë <b>"}, "email": {"zoe@example.com"}})
	require.Equal(t, 200, status)
	for _, want := range []string{"Thank you, Zoë <b>", "3 × Portable hole", "$268.50", "to zoe@example.com"} {
		require.Contains(t, page, want)
	}
	mail := string(received(t, s.inbox, 1)[0].Data)
	require.Contains(t, mail, "From: Acme Shop <shop@acme.example>\r\n")
	require.Regexp(t, `Subject: Order [A-Z2-7]{8} confirmed\r\n`, mail)
}

func TestWhatAVisitorTypesAddsNoRecipient(t *testing.T) {
	s, base := openShop(t, options{})
	for _, name := range []string{"Ann\r\nBcc: eve@example.com", "Ann <eve@example.com>, Eve", "Ann\r\n\r\n.\r\nMAIL FROM:<>", `"`, "a,b;c:"} {
		status, _ := post(t, base+"/order", url.Values{"product": {"hole"}, "quantity": {"1"}, "name": {name}, "email": {"ann@example.com"}})
		require.Equal(t, 200, status, name)
	}
	for _, m := range received(t, s.inbox, 5) {
		require.Equal(t, []string{"ann@example.com"}, m.To)
		headers, _, _ := strings.Cut(string(m.Data), "\r\n\r\n")
		require.NotContains(t, headers, "\r\nBcc:")
	}
}

func TestEveryAddressTheFormTakesGetsItsMail(t *testing.T) {
	s, base := openShop(t, options{})
	addresses := []string{"a.b+c@sub.example.com", `"ann lee"@example.com`, "ann@[127.0.0.1]", "zoë@bücher.example", "o'brien@example.com", "ann@localhost"}
	for _, address := range addresses {
		status, _ := post(t, base+"/order", orderOf(address))
		require.Equal(t, 200, status, address)
	}
	received(t, s.inbox, len(addresses))
}

func TestTheOrderFormSaysWhereMailGoes(t *testing.T) {
	_, base := openShop(t, options{})
	_, page := get(t, base+"/order?product=balloon")
	require.Contains(t, page, "passes nothing on")
	require.Contains(t, page, `<option value="balloon" selected>`)
	_, base = openShop(t, options{relay: relay(t).Addr})
	_, page = get(t, base+"/order")
	require.Contains(t, page, "which may pass it on")
}
