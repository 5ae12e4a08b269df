package hosttest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"time"
)

// certified is what a certificate was made for.
type certified struct {
	expired bool
	host    string
}

// certify makes the server's certificate where there is none yet that the fields
// ask for. s.mu is held.
func (s *Server) certify() error {
	want := certified{s.ExpiredCert, s.CertFor}
	if s.certificate.Leaf != nil && s.certified == want {
		return nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("hosttest: cannot make a key: %w", err)
	}
	template := s.certificateTemplate()
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return fmt.Errorf("hosttest: cannot make a certificate: %w", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return fmt.Errorf("hosttest: cannot make a certificate: %w", err)
	}
	s.certified = want
	s.certificate = tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
	return nil
}

func (s *Server) certificateTemplate() *x509.Certificate {
	now := time.Now()
	c := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "hosttest"},
		NotBefore:             now.Add(-48 * time.Hour),
		NotAfter:              now.Add(24 * time.Hour),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		IsCA:                  true,
		DNSNames:              []string{"localhost"},
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	if s.ExpiredCert {
		c.NotAfter = now.Add(-24 * time.Hour)
	}
	if s.CertFor != "" {
		c.DNSNames, c.IPAddresses = []string{s.CertFor}, nil
	}
	return c
}
