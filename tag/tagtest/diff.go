package tagtest

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Bounds of a difference that is shown.
const (
	around   = 3       // equal lines around a change
	maxLines = 200     // of the whole
	maxCells = 4 << 20 // of the table that finds what two texts have in common
)

// An edit is a line with what becomes of it: ' ' stays, '-' is missing, '+' is extra.
type edit struct {
	sign byte
	line string
}

// diff shows where got differs from want, line by line.
func diff(want, got string) string {
	if strings.HasSuffix(want, "\n") && strings.HasSuffix(got, "\n") {
		want, got = want[:len(want)-1], got[:len(got)-1]
	}
	return show(edits(strings.Split(want, "\n"), strings.Split(got, "\n")))
}

// edits returns the lines of both texts: the common ones once, and few others.
func edits(want, got []string) []edit {
	var before, after []edit
	for len(want) > 0 && len(got) > 0 && want[0] == got[0] {
		before = append(before, edit{' ', want[0]})
		want, got = want[1:], got[1:]
	}
	end := 0
	for end < min(len(want), len(got)) && want[len(want)-1-end] == got[len(got)-1-end] {
		end++
	}
	for _, line := range want[len(want)-end:] {
		after = append(after, edit{' ', line})
	}
	middle := align(want[:len(want)-end], got[:len(got)-end])
	return append(append(before, middle...), after...)
}

// align keeps a longest common subsequence of the lines. Texts too long for its
// table are taken to have nothing in common.
func align(want, got []string) []edit {
	var list []edit
	if len(want)*len(got) <= maxCells {
		common := commonLines(want, got)
		for len(want) > 0 && len(got) > 0 {
			i, j := len(common)-1-len(want), len(common[0])-1-len(got)
			switch {
			case want[0] == got[0]:
				list = append(list, edit{' ', want[0]})
				want, got = want[1:], got[1:]
			case common[i+1][j] >= common[i][j+1]:
				list = append(list, edit{'-', want[0]})
				want = want[1:]
			default:
				list = append(list, edit{'+', got[0]})
				got = got[1:]
			}
		}
	}
	for _, line := range want {
		list = append(list, edit{'-', line})
	}
	for _, line := range got {
		list = append(list, edit{'+', line})
	}
	return list
}

// commonLines returns a table whose [i][j] is how many lines want[i:] and got[j:]
// have in common, in order.
func commonLines(want, got []string) [][]int32 {
	table := make([][]int32, len(want)+1)
	for i := range table {
		table[i] = make([]int32, len(got)+1)
	}
	for i := len(want) - 1; i >= 0; i-- {
		for j := len(got) - 1; j >= 0; j-- {
			if want[i] == got[j] {
				table[i][j] = table[i+1][j+1] + 1
			} else {
				table[i][j] = max(table[i+1][j], table[i][j+1])
			}
		}
	}
	return table
}

// show writes the changes with some of what is around them.
func show(list []edit) string {
	var b strings.Builder
	shown, last := 0, -1
	for i, e := range list {
		if !nearChange(list, i) {
			continue
		}
		if shown == maxLines {
			fmt.Fprintf(&b, "    … and more\n")
			break
		}
		if i != last+1 {
			b.WriteString("    …\n")
		}
		b.WriteString(strings.TrimRight("  "+string(e.sign)+" "+visible(e), " ") + "\n")
		shown, last = shown+1, i
	}
	return strings.TrimRight(b.String(), "\n")
}

func nearChange(list []edit, i int) bool {
	for _, e := range list[max(0, i-around):min(len(list), i+around+1)] {
		if e.sign != ' ' {
			return true
		}
	}
	return false
}

// visible quotes a changed line in which there is something that is not seen.
func visible(e edit) string {
	if e.sign == ' ' {
		return strings.TrimSuffix(e.line, "\r")
	}
	hidden := strings.ContainsFunc(e.line, func(r rune) bool { return r != ' ' && (!unicode.IsPrint(r) || unicode.IsSpace(r)) })
	if hidden || strings.HasSuffix(e.line, " ") {
		return strconv.Quote(e.line)
	}
	return e.line
}
