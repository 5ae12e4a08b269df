package tag

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// maxURL keeps List-Unsubscribe, which cannot be folded, on one line (RFC 5322
// section 2.1.1).
const maxURL = maxWord - len("<>")

// setUnsubscribe takes the URL where a reader leaves the list by one click
// (RFC 2369 section 3.2, RFC 8058).
func (d *draft) setUnsubscribe(_ string, v any) error {
	s, err := stringOf(v)
	if err != nil {
		return err
	}
	if err := checkUnsubscribe(s); err != nil {
		return err
	}
	d.drop("List-Unsubscribe", "List-Unsubscribe-Post")
	d.fields = append(d.fields, Field{"List-Unsubscribe", "<" + s + ">"})
	if strings.HasPrefix(strings.ToLower(s), "https:") { // RFC 8058 section 3.1: of an HTTPS URI alone
		d.fields = append(d.fields, Field{"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"})
	}
	return nil
}

// checkUnsubscribe reports what is wrong with the URL. Its characters are those
// that URLs have (RFC 3986 section 2), so that none ends the header's value.
func checkUnsubscribe(s string) error {
	for _, b := range []byte(s) {
		if !isLetter(b) && (b < '0' || b > '9') && strings.IndexByte("-._~:/?#[]@!$&'()*+;=%", b) < 0 {
			return fmt.Errorf("%q is no URL: %q must be written as %%%02X", clip(s), b, b)
		}
	}
	if len(s) > maxURL {
		return fmt.Errorf("the URL has %d bytes: use at most %d", len(s), maxURL)
	}
	u, err := url.Parse(s)
	switch {
	case s == "":
		return errors.New("the URL is empty")
	case err != nil:
		return fmt.Errorf("%q is no URL", clip(s))
	case (u.Scheme == "https" || u.Scheme == "http") && u.Host != "":
		return nil
	case u.Scheme == "mailto" && strings.Contains(u.Opaque, "@"):
		return nil
	}
	return fmt.Errorf("%q is no URL that a mail program could open: it must begin with https://", clip(s))
}
