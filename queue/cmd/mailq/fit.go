package main

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// fit cuts a line to so many columns of a terminal; 0: it is whole.
func fit(line string, columns int) string {
	if columns <= 0 || columnsOf(line) <= columns {
		return line
	}
	var b strings.Builder
	used := 0
	for _, r := range line {
		if used += runeColumns(r); used > columns-1 {
			break
		}
		b.WriteRune(r)
	}
	return b.String() + "…"
}

func columnsOf(text string) (n int) {
	for _, r := range text {
		n += runeColumns(r)
	}
	return n
}

func runeColumns(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
