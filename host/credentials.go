package host

import (
	"encoding/base64"
	"strings"
)

// The credentials are what AUTH has said on a connection. A server may say them back,
// and its words go into logs and reports.
type credentials []string

// minSecret is how long a part must be to be looked for. A shorter one would be found
// in words that have nothing to do with it.
const minSecret = 4

// add takes note of a response, and of the parts that mechanisms separate by controls.
func (c *credentials) add(response []byte) {
	parts := strings.FieldsFunc(string(response), func(r rune) bool { return r < ' ' })
	for _, secret := range append(parts, base64.StdEncoding.EncodeToString(response)) {
		*c = append(*c, secret, strings.TrimPrefix(secret, "auth=Bearer "))
	}
}

// hide returns the words of a reply without them.
func (c credentials) hide(words string) string {
	for _, secret := range c {
		if len(secret) >= minSecret {
			words = strings.ReplaceAll(words, secret, "(hidden)")
		}
	}
	return words
}
