package host

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"sync"
	"time"
)

// A certifier signs certificates for tests.
type certifier struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

// trusted is the certifier that clients in tests trust.
var trusted = sync.OnceValue(newCertifier)

func newCertifier() *certifier {
	a := &certifier{key: newServerKey()}
	template := certificateFor("", -time.Hour, time.Hour)
	template.IsCA, template.BasicConstraintsValid, template.DNSNames = true, true, nil
	template.KeyUsage = x509.KeyUsageCertSign
	a.cert = a.sign(template, a.key.Public(), template)
	return a
}

func newServerKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
}

func certificateFor(name string, from, until time.Duration) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "test " + name},
		NotBefore:    time.Now().Add(from),
		NotAfter:     time.Now().Add(until),
		DNSNames:     []string{name},
	}
}

func (a *certifier) sign(template *x509.Certificate, public crypto.PublicKey, parent *x509.Certificate) *x509.Certificate {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, a.key)
	if err != nil {
		panic(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return cert
}

func (a *certifier) server(name string, from, until time.Duration) *tls.Config {
	key := newServerKey()
	cert := a.sign(certificateFor(name, from, until), key.Public(), a.cert)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: key}}}
}

// certificates are what a server can be set up with.
var certificates = sync.OnceValue(func() map[string]*tls.Config {
	old := trusted().server("localhost", -time.Hour, time.Hour)
	old.MinVersion, old.MaxVersion = tls.VersionTLS10, tls.VersionTLS10
	return map[string]*tls.Config{
		"good":       trusted().server("localhost", -time.Hour, time.Hour),
		"expired":    trusted().server("localhost", -time.Hour, -time.Minute),
		"early":      trusted().server("localhost", time.Hour, 2*time.Hour),
		"other-host": trusted().server("other.example", -time.Hour, time.Hour),
		"unknown":    newCertifier().server("localhost", -time.Hour, time.Hour),
		"tls1.0":     old,
	}
})

// trusting makes config trust the certifier of the tests.
func trusting(config *tls.Config) *tls.Config {
	if config == nil {
		config = &tls.Config{}
	}
	config.RootCAs = x509.NewCertPool()
	config.RootCAs.AddCert(trusted().cert)
	return config
}
