package host

import (
	"context"
	"crypto"
	"fmt"
	"sync"

	"github.com/emersion/go-msgauth/dkim"
)

// Sign is a Host that signs each mail by DKIM (RFC 6376) and sends it through
// another. Set its first four fields and use it; they must not be changed after
// the first Send. A mistake in them makes every mail Unreachable, with Alarm set:
// call Validate when the program starts.
//
//	key, err := host.ParseDKIMKey(pem)
//	h := &host.Sign{Host: relay, Domain: "acme.example", Selector: "mail", Key: key}
//
// Receivers take a signature for the sender's own where Domain is that of From, or
// one above it. A Sign whose Host is another makes two signatures, which is how to
// sign with an RSA and an Ed25519 key (RFC 8463 section 3).
//
// Header and body are signed in relaxed canonicalization, with SHA-256. From is
// named once more than it occurs, so that no second one can be added (RFC 6376
// section 8.15). A field that the mail has not is not signed, and of one that occurs
// several times each is. The envelope is not modified: a signed copy is sent.
//
// A mail that is no message, or has not exactly one From, is Permanent. Where the
// key fails, as one in a device or a service can, the mail is Unreachable with Alarm
// set, for nothing is wrong with it.
type Sign struct {
	Host     Host          // sends the signed mail
	Domain   string        // whose signature it is ("d="): in UTF-8 or A-labels
	Selector string        // of the key: the public one is the TXT record of Selector._domainkey.Domain
	Key      crypto.Signer // RSA of 1024 bits at least (RFC 8301; 2048 are advised), or Ed25519; safe for concurrent use
	// Headers names the header fields to sign. From, List-Unsubscribe and
	// List-Unsubscribe-Post are signed in any case (RFC 8058 section 4). Leave out
	// what a relay rewrites, as some do with Date and Message-ID. Default: those of
	// RFC 6376 section 5.4.1, Sender, Message-ID, MIME-Version and Content-*.
	Headers []string

	start   sync.Once
	mistake error
	options dkim.SignOptions
	fields  []string
}

var _ Host = (*Sign)(nil)

// Send implements [Host]. It signs the whole batch, which takes about a
// millisecond of one CPU for each mail and a copy of it, and then sends it.
func (s *Sign) Send(ctx context.Context, batch []*Envelope, done func(i int, reports []Report)) {
	s.start.Do(s.init)
	if s.mistake != nil {
		refuseAll(batch, s.mistake, done)
		return
	}
	p := part{host: s.Host}
	for i, e := range batch {
		signed, refused := s.sign(ctx, e)
		if refused != nil {
			done(i, sameForAll(e, *refused))
			continue
		}
		p.add(i, signed)
	}
	p.send(ctx, done)
}

func (s *Sign) init() {
	s.mistake = s.mistakes()
	s.fields = signedFields(s.Headers)
	domain, _ := parseDomain(s.Domain)
	selector, _ := parseDomain(s.Selector)
	s.options = dkim.SignOptions{
		Domain:                 domain,
		Selector:               selector,
		Signer:                 s.Key,
		Hash:                   crypto.SHA256,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed,
		BodyCanonicalization:   dkim.CanonicalizationRelaxed,
	}
}

// sign returns a signed copy of e, or what to say of it.
func (s *Sign) sign(ctx context.Context, e *Envelope) (*Envelope, *Report) {
	if err := ctx.Err(); err != nil {
		return nil, unsent(err)
	}
	header, err := parseHeader(e.Data)
	if err != nil {
		return nil, unsignable(err)
	}
	data := header.complete(e.Data)
	options := s.options
	options.HeaderKeys = header.named(s.fields)
	field, err := signatureOf(data, &options)
	if err != nil {
		return nil, misconfigured(fmt.Errorf("host: Sign cannot sign: %w", err))
	}
	signed := *e
	signed.Data = append([]byte(field), data...)
	if err := CheckData(signed.Data); err != nil {
		return nil, unsignable(fmt.Errorf("it has too many header fields to sign: %w", err))
	}
	return &signed, nil
}

// signatureOf returns the header field that signs data.
func signatureOf(data []byte, options *dkim.SignOptions) (string, error) {
	signer, err := dkim.NewSigner(options)
	if err != nil {
		return "", err
	}
	if _, err := signer.Write(data); err != nil {
		signer.Close()
		return "", err
	}
	if err := signer.Close(); err != nil {
		return "", err
	}
	return signer.Signature(), nil
}

func unsignable(err error) *Report {
	return &Report{Outcome: Permanent, Enhanced: "5.6.0", Text: cleanText("the mail cannot be signed: " + err.Error())}
}

// Close closes the Host, where it can be closed.
func (s *Sign) Close() error { return closeChild(s.Host) }
