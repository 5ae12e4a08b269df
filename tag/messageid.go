package tag

import (
	"errors"
	"fmt"
	"strings"
)

// maxMessageID bounds a Message-ID with its angle brackets, so that a line with a
// header's name before it has at most 998 bytes (RFC 5322 section 2.1.1).
const maxMessageID = 998 - len("In-Reply-To: ")

// parseMessageIDs reads the value of In-Reply-To or References, one or more
// Message-IDs in angle brackets (RFC 5322 section 3.6.4), and returns them with one
// space between them.
func parseMessageIDs(s string) (string, error) {
	var list []string
	for s = strings.Trim(s, " \t"); s != ""; s = strings.TrimLeft(s, " \t") {
		if s[0] != '<' {
			return "", fmt.Errorf("%q stands outside of < and >", clip(s))
		}
		id, rest, found := strings.Cut(s, ">")
		if !found {
			return "", fmt.Errorf("%q is no Message-ID: it has no >", clip(s))
		}
		if err := checkMessageID(id[1:]); err != nil {
			return "", err
		}
		list, s = append(list, id+">"), rest
	}
	if len(list) == 0 {
		return "", errors.New("the Message-ID is empty")
	}
	return strings.Join(list, " "), nil
}

// checkMessageID reports what is wrong with a Message-ID, which stands without its
// angle brackets: one @ between atoms, or before a domain in square brackets
// (RFC 5322 section 3.6.4). Dots may stand anywhere, as in the mail of old clients.
func checkMessageID(id string) error {
	left, right, found := strings.Cut(id, "@")
	if strings.HasPrefix(right, "[") && strings.HasSuffix(right, "]") {
		right = strings.ReplaceAll(right[1:len(right)-1], ":", "")
	}
	switch {
	case id == "":
		return errors.New("the Message-ID is empty")
	case len(id)+len("<>") > maxMessageID:
		return fmt.Errorf("the Message-ID %q has more than %d bytes", clip(id), maxMessageID)
	case !found || !isDotAtoms(left) || !isDotAtoms(right):
		return fmt.Errorf("%q is no Message-ID: one is left@right, of ASCII letters, digits and dots", clip(id))
	}
	return nil
}

// isDotAtoms reports whether s is 1*(atext / ".") (RFC 5322 section 3.2.3).
func isDotAtoms(s string) bool {
	for _, b := range []byte(s) {
		if !isDotAtom(b) {
			return false
		}
	}
	return s != ""
}

func isDotAtom(b byte) bool {
	return isLetter(b) || '0' <= b && b <= '9' || strings.IndexByte(".!#$%&'*+-/=?^_`{|}~", b) >= 0
}

// escapeMessageIDs returns a value as Message-IDs: of a []string any number, of
// anything else exactly one. They may come with their angle brackets or without.
func escapeMessageIDs(v any) (string, error) {
	list, ok := v.([]string)
	if !ok {
		s, err := stringOf(v)
		if err != nil {
			return "", err
		}
		list = []string{s}
	}
	ids := make([]string, len(list))
	for i, s := range list {
		id := bareMessageID(s)
		if err := checkMessageID(id); err != nil {
			return "", err
		}
		ids[i] = "<" + id + ">"
	}
	return strings.Join(ids, " "), nil
}

// escapeMessageIDPart returns a value inside <…>: a Message-ID, or a part of one.
func escapeMessageIDPart(v any) (string, error) {
	s, err := stringOf(v)
	if err != nil {
		return "", err
	}
	id := bareMessageID(s)
	for _, b := range []byte(id) {
		if !isDotAtom(b) && strings.IndexByte("@[]:", b) < 0 {
			return "", fmt.Errorf("%q cannot be a part of a Message-ID: it may have ASCII letters, digits and dots", clip(s))
		}
	}
	return id, nil
}

// bareMessageID takes off the angle brackets of a Message-ID.
func bareMessageID(s string) string {
	if strings.HasPrefix(s, "<") && strings.HasSuffix(s, ">") {
		return s[1 : len(s)-1]
	}
	return s
}
