package tag

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/go-mailhost/mailhost/host"
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
	if i := strings.IndexFunc(s, isNotOfURL); i >= 0 {
		r, size := utf8.DecodeRuneInString(s[i:])
		return fmt.Errorf("%q is no URL: %q must be written as %%%s", clip(s), r, strings.ReplaceAll(fmt.Sprintf("% X", s[i:i+size]), " ", "%"))
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
	case (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "":
		return nil
	case u.Scheme == "mailto":
		return checkMailto(u)
	}
	return fmt.Errorf("%q is no URL that a mail program could open: it must begin with https://", clip(s))
}

// isNotOfURL reports whether a character must be escaped everywhere in a URL, or, as
// the comma, ends it in a List header (RFC 2369 section 2).
func isNotOfURL(r rune) bool {
	if r >= utf8.RuneSelf {
		return true
	}
	return !isLetter(byte(r)) && (r < '0' || r > '9') && !strings.ContainsRune("-._~:/?#[]@!$&'()*+;=%", r)
}

// checkMailto holds a mailto URL to one address (RFC 6068 section 2).
func checkMailto(u *url.URL) error {
	to, err := url.PathUnescape(u.Opaque)
	if err == nil {
		_, err = host.ParseMailbox(to)
	}
	if err != nil {
		return fmt.Errorf("%q is no URL of one address, such as mailto:leave@acme.example", clip(u.String()))
	}
	return nil
}
