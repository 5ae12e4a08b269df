package compose

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCalendarMethod(t *testing.T) {
	for text, want := range map[string]string{
		"BEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR":                           "REQUEST",
		"begin:vcalendar\nmethod;x=y:cancel\n":                                     "CANCEL",
		"BEGIN:VCALENDAR\nVERSION:2.0\nMET\n HOD:X-O\n\tWN\n":                      "X-OWN",
		"BEGIN:VCALENDAR\nBEGIN:VEVENT\nMETHOD:CANCEL\nEND:VEVENT\nEND:VCALENDAR":  "",
		"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VEVENT\nMETHOD:PUBLISH\nEND:VCALENDAR": "PUBLISH",
		"BEGIN:VCALENDAR\nDESCRIPTION:a\\nMETHOD:CANCEL\nX-METHOD:CANCEL\n":        "",
		"METHOD:REQUEST": "",
		"":               "",
	} {
		data := mustWrite(t, Message{Parts: []Part{{"text/calendar", text}}})
		_, root := readStandard(t, data)
		require.Equal(t, want, paramOf(t, root.kind, "method"), "%q", text)
	}
	for _, method := range []string{"", " ", "A B", "A;x=y", "A\"", "É", strings.Repeat("A", 41)} {
		_, err := (&Message{Parts: []Part{{"text/calendar", "BEGIN:VCALENDAR\nMETHOD:" + method + "\nEND:VCALENDAR"}}}).Bytes()
		require.ErrorContains(t, err, "write one word, such as REQUEST", method)
	}
}

func TestCalendarIsFolded(t *testing.T) {
	for _, line := range []string{"", "DTSTART:20260101", strings.Repeat("x", 75), strings.Repeat("x", 76), strings.Repeat("x", 1000), "SUMMARY:" + strings.Repeat("ü", 500), strings.Repeat("😀", 100)} {
		text := "BEGIN:VCALENDAR\r\n" + line + "\r\n short\r\nEND:VCALENDAR\r\n"
		folded := foldCalendar(text)
		for l := range strings.SplitSeq(folded, "\r\n") {
			require.LessOrEqual(t, len(l), 75)
		}
		require.Equal(t, calendarUnfolder.Replace(text), calendarUnfolder.Replace(folded))
		require.Equal(t, strings.ToValidUTF8(folded, "?"), folded, "a character was cut")
		require.Equal(t, folded, foldCalendar(folded))
	}
}
