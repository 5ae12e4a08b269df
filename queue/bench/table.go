package main

import (
	"fmt"
	"io"
	"math"
	"strings"
)

// write writes a section of the table.
func (s *section) write(w io.Writer) {
	var head strings.Builder
	fmt.Fprintf(&head, "%-38s", s.title)
	for _, f := range s.figures {
		fmt.Fprintf(&head, "%13s", f.name)
	}
	if s.compares() {
		fmt.Fprintf(&head, "%9s", "ratio")
	}
	fmt.Fprintln(w, head.String())
	for _, c := range s.contenders {
		fmt.Fprintln(w, strings.TrimRight(s.row(c), " "))
	}
	fmt.Fprintln(w)
}

func (s *section) row(c *contender) string {
	var row strings.Builder
	fmt.Fprintf(&row, "%-38s", c.name)
	for i, f := range s.figures {
		text := "-"
		if value, ok := s.value(c.name, i); ok {
			text = f.show(value)
		} else if c.err != nil {
			text = "failed"
		}
		fmt.Fprintf(&row, "%13s", text)
	}
	if ratio, ok := s.ratio(c.name); ok {
		fmt.Fprintf(&row, "%9s", showMultiple(ratio))
	}
	return row.String()
}

// A number that is not one was not measured.
func showCount(x float64) string {
	if math.IsNaN(x) {
		return "-"
	}
	return fmt.Sprintf("%.0f", x)
}

func showMillis(x float64) string {
	if math.IsNaN(x) {
		return "-"
	}
	return fmt.Sprintf("%.2f ms", x)
}

func showMegabytes(x float64) string {
	if math.IsNaN(x) {
		return "-"
	}
	return fmt.Sprintf("%.1f MB", x)
}

func showMultiple(x float64) string { return fmt.Sprintf("%.2fx", x) }
