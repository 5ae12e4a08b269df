package compose

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTextWriter(t *testing.T) {
	for _, test := range []struct {
		want  string
		write func(w *textWriter)
	}{
		{"", func(w *textWriter) { w.text(" \n ") }},
		{"a b", func(w *textWriter) { w.text(" a "); w.text(" b ") }},
		{"ab", func(w *textWriter) { w.text("a"); w.text("b") }},
		{"a b", func(w *textWriter) { w.text("a\u00a0"); w.text("b") }},
		{"a  b", func(w *textWriter) { w.text("a "); w.gap = cellGap; w.text(" b") }},
		{"a\n\nb", func(w *textWriter) { w.text("a"); w.block(2, func() {}); w.block(1, func() { w.text(" b") }) }},
		{"a\nb", func(w *textWriter) { w.block(1, func() { w.text("a ") }); w.block(1, func() { w.text(" b") }) }},
		{"a", func(w *textWriter) { w.block(2, func() { w.text("a") }); w.text(" ") }},
	} {
		var w textWriter
		test.write(&w)
		require.Equal(t, test.want, w.out.String())
	}
}
