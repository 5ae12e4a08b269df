package compose

import (
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxFileName  = 255 // bytes; what file systems take
	maxExtension = 20  // bytes, with the dot, that a shortened name keeps
	noFileName   = "attachment"
)

// FileName returns a name as it may stand in a mail: the last element of a path, by
// slash or backslash, without spaces around it and without invisible characters,
// such as those that show a name's end before its beginning; at most 255 bytes long,
// of which its extension is kept. Where nothing remains, or dots alone, the name is
// "attachment". A name with a line break or a control is an error, and so are bytes
// that are no UTF-8.
//
// What FileName has returned it returns again.
func FileName(s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", fmt.Errorf("the file name %q is not UTF-8", clip(s))
	}
	if strings.ContainsFunc(s, breaksName) {
		return "", fmt.Errorf("the file name %q has a line break or a control: take it out", clip(s))
	}
	s = s[strings.LastIndexAny(s, `/\`)+1:]
	s = strings.Map(dropInvisible, s)
	s = strings.TrimSpace(s)
	if strings.Trim(s, ".") == "" {
		return noFileName, nil
	}
	return shorten(s), nil
}

// breaksName reports whether a character ends a line, or is a control.
func breaksName(r rune) bool {
	return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)
}

// dropInvisible takes out the characters that format others and show nothing: zero
// widths, marks that turn the direction of the text.
func dropInvisible(r rune) rune {
	if unicode.Is(unicode.Cf, r) {
		return -1
	}
	return r
}

// shorten cuts a long name before its extension, between characters.
func shorten(s string) string {
	if len(s) <= maxFileName {
		return s
	}
	ext := path.Ext(s)
	if len(ext) > maxExtension {
		ext = ""
	}
	stem, _ := cutRunes(s[:len(s)-len(ext)], maxFileName-len(ext))
	return strings.TrimRightFunc(stem, unicode.IsSpace) + ext
}
