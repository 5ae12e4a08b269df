package host_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"

	"github.com/emersion/go-msgauth/dkim"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/host/hosttest"
)

func ExampleSign() {
	relay := &hosttest.Server{} // in place of the mail server on this machine
	if err := relay.Start(); err != nil {
		fmt.Println(err)
		return
	}
	defer relay.Close()
	file, record := newKey() // in place of a file and of the TXT record mail._domainkey.acme.example

	key, err := host.ParseDKIMKey(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	h := &host.Sign{
		Host:     &host.SMTP{Addr: relay.Addr},
		Domain:   "acme.example",
		Selector: "mail",
		Key:      key,
	}
	defer h.Close()
	mail := &host.Envelope{
		From: "shop@acme.example",
		To:   []string{"ann@example.com"},
		Data: []byte("From: shop@acme.example\r\nSubject: Your order\r\n\r\nIt is on its way.\r\n"),
	}
	h.Send(context.Background(), []*host.Envelope{mail}, func(_ int, reports []host.Report) {
		fmt.Println(reports[0].Outcome)
	})

	signatures, err := dkim.VerifyWithOptions(bytes.NewReader(relay.Mails()[0].Data), &dkim.VerifyOptions{
		LookupTXT: func(name string) ([]string, error) { return []string{record}, nil },
	})
	for _, s := range signatures {
		fmt.Println(s.Domain, s.HeaderKeys, s.Err, err)
	}
	// Output:
	// delivered
	// acme.example [From From Subject] <nil> <nil>
}

// newKey returns a private key as a PEM file, and the record of the public one.
func newKey() (file []byte, record string) {
	public, private, _ := ed25519.GenerateKey(nil)
	der, _ := x509.MarshalPKCS8PrivateKey(private)
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}),
		"v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public)
}
