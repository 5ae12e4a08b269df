package host

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"
)

// ScramSHA256 returns a client of the SASL mechanism SCRAM-SHA-256 (RFC 5802 and
// 7677), which proves that it knows the password without sending it, and has the
// server prove that it knows it too. It is for one exchange on one connection, and
// binds to no channel. Start returns an error where user or password hold what
// SASLprep (RFC 4013) prohibits.
//
// The server's proof comes in its last challenge, before the reply that ends the
// exchange. A server that does not know the password may leave it out: whoever
// drives the exchange must then ask the client's method
//
//	Finish() error
//
// after the server has said that all is well; [SMTP] does. It returns an error
// unless the server's proof came and was right.
//
// A server that asks for fewer than 4,096 iterations, which would make a password
// easy to guess from the exchange (RFC 7677 section 4), or for more than 2,000,000,
// which would keep a CPU busy, is refused.
func ScramSHA256(user, password string) sasl.Client {
	client, err := scram.SHA256.NewClient(user, password, "")
	if err != nil {
		return &scramSHA256{mistake: fmt.Errorf("host: SCRAM-SHA-256: the user or the password cannot be used: %w", err)}
	}
	return &scramSHA256{conversation: client.NewConversation()}
}

const maxIterations = 2_000_000

type scramSHA256 struct {
	conversation *scram.ClientConversation
	mistake      error
}

func (c *scramSHA256) Start() (mech string, ir []byte, err error) {
	if c.mistake != nil {
		return "", nil, c.mistake
	}
	first, err := c.step("")
	return "SCRAM-SHA-256", first, err
}

func (c *scramSHA256) Next(challenge []byte) ([]byte, error) {
	if err := checkIterations(string(challenge)); err != nil {
		return nil, err
	}
	return c.step(string(challenge))
}

// Finish returns an error unless the server has proved that it knows the password.
func (c *scramSHA256) Finish() error {
	if c.conversation == nil || !c.conversation.Valid() {
		return errors.New("host: SCRAM-SHA-256: the server has not proved that it knows the password")
	}
	return nil
}

func (c *scramSHA256) step(challenge string) ([]byte, error) {
	response, err := c.conversation.Step(challenge)
	if err != nil {
		return nil, fmt.Errorf("host: SCRAM-SHA-256: %w", err)
	}
	return []byte(response), nil
}

// checkIterations refuses a server's first message that asks for too many
// iterations.
func checkIterations(message string) error {
	for field := range strings.SplitSeq(message, ",") {
		value, found := strings.CutPrefix(field, "i=")
		if n, err := strconv.Atoi(value); found && (err != nil || n > maxIterations) {
			return fmt.Errorf("host: SCRAM-SHA-256: the server asks for %.20s iterations: at most %d are made", value, maxIterations)
		}
	}
	return nil
}
