package host

import "context"

// LMTP is a Host that delivers to a mail store over LMTP (RFC 2033), as Dovecot
// and Cyrus speak it: each recipient has a verdict of its own on the content.
// Its fields are those of [SMTP], but for Addr, which is host:port or the path of
// a unix socket, and is one where there is a slash in it.
type LMTP SMTP

var _ Host = (*LMTP)(nil)

// Send implements [Host], as that of [SMTP] does.
func (h *LMTP) Send(ctx context.Context, batch []*Envelope, done func(i int, reports []Report)) {
	h.smtp().send(ctx, batch, done)
}

// Stats returns numbers about the connections.
func (h *LMTP) Stats() Stats { return h.smtp().pool.stats() }

// Validate returns an error that names every mistake in the fields, or nil. It
// neither looks up names nor connects.
func (h *LMTP) Validate() error { return (*SMTP)(h).validate(true) }

// Close does what that of [SMTP] does.
func (h *LMTP) Close() error {
	h.smtp().pool.close()
	return nil
}

func (h *LMTP) smtp() *SMTP { return (*SMTP)(h).ready(true) }
