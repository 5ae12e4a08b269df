package tag

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/go-mailhost/mailhost/tag/internal/compose"
)

// Characters that stay as they are beside letters and digits.
const (
	uriUnreserved = "-._~"                               // RFC 3986 section 2.3
	uriReserved   = ":/?#[]@!$&'()*+,;=" + uriUnreserved // RFC 3986 section 2.2
	uriLocalPart  = "!$'*+" + uriUnreserved              // RFC 6068 section 2; no comma, which would begin another address
)

const schemeMailto = "mailto"

// calendarSchemes are the schemes that a value may bring along. Others, such as
// javascript, and file, which opens a path of the reader's, are the template's.
var calendarSchemes = map[string]bool{
	"http": true, "https": true, schemeMailto: true, "tel": true, "sip": true, "sips": true, "xmpp": true,
	"geo": true, "urn": true, "cid": true, "webcal": true, "webcals": true,
}

// uri returns a value of a property that holds a URI: a whole one at its
// beginning, else a part of one.
func (c *contentLine) uri(v any) (string, error) {
	scheme, rest, found := strings.Cut(string(c.word), ":")
	if found && strings.EqualFold(scheme, schemeMailto) && !c.query {
		return c.mailto(v, rest == "")
	}
	s, err := c.text(v)
	switch {
	case err != nil:
		return "", err
	case !c.filled:
		return c.wholeURI(s)
	case !found:
		return "", fmt.Errorf("a value stands in the scheme of the calendar property %s: write all of it in the template, as in https://", c.name)
	case c.query:
		return percentEncode(s, uriUnreserved), nil
	}
	return keepEncoded(s), nil
}

// mailto returns a value behind mailto: (RFC 6068), where begins says that nothing
// stands between: one address or, without an @, a part of one.
func (c *contentLine) mailto(v any, begins bool) (string, error) {
	s, err := c.text(v)
	if err != nil {
		return "", err
	}
	if !begins || s != "" && !strings.Contains(s, "@") {
		return percentEncode(s, uriLocalPart), nil
	}
	a, err := compose.ParseAddress(s)
	if err != nil {
		return "", fmt.Errorf("the calendar property %s: %w", c.name, err)
	}
	return percentEncode(a.Mailbox.String(), uriLocalPart+"@"), nil
}

// wholeURI returns a URI with a scheme that a value may have.
func (c *contentLine) wholeURI(s string) (string, error) {
	scheme, rest, found := strings.Cut(s, ":")
	scheme = strings.ToLower(scheme)
	if !found || !calendarSchemes[scheme] {
		return "", fmt.Errorf("%q does not begin like a URI that may be a value of the calendar property %s: write mailto: or https:// in the template, before the value", clip(s), c.name)
	}
	if scheme != schemeMailto {
		return scheme + ":" + keepEncoded(rest), nil
	}
	address, err := url.PathUnescape(rest)
	if err != nil {
		return "", fmt.Errorf("%q in the calendar property %s is no URI: %w: write %%25 for a percent sign", clip(s), c.name, err)
	}
	address, err = c.mailto(address, true)
	return scheme + ":" + address, err
}

// percentEncode encodes all but letters, digits and the characters of keep (RFC
// 3986 section 2.1).
func percentEncode(s, keep string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; strings.IndexByte(calendarLetters+calendarDigits+keep, c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// keepEncoded encodes what cannot stand in a URI, but nothing twice.
func keepEncoded(s string) string {
	var b strings.Builder
	for i, piece := range strings.Split(s, "%") {
		if i > 0 && !beginsHex(piece) {
			b.WriteString("%25")
		} else if i > 0 {
			b.WriteByte('%')
		}
		b.WriteString(percentEncode(piece, uriReserved))
	}
	return b.String()
}

func beginsHex(s string) bool {
	const hex = calendarDigits + "abcdefABCDEF"
	return len(s) >= 2 && strings.IndexByte(hex, s[0]) >= 0 && strings.IndexByte(hex, s[1]) >= 0
}
