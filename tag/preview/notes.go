package preview

import (
	"fmt"
	"strings"

	"github.com/go-mailhost/mailhost/queue/decode"
)

// Gmail shows the first 102 KB of a mail's HTML and hides the rest.
const gmailCut = 102 << 10

// notes returns sentences on what readers of the mail would miss.
func notes(m *decode.Message, links []*link, lost []string) (list []string) {
	if strings.TrimSpace(m.Subject) == "" {
		list = append(list, "The mail has no subject.")
	}
	if m.Text == "" && m.HTML != "" {
		list = append(list, "The mail has no text for readers that show no HTML.")
	}
	if len(m.HTML) > gmailCut {
		list = append(list, fmt.Sprintf("The HTML has %s: Gmail hides what is after 102 kB.", bytesOf(len(m.HTML))))
	}
	if n := countNotes(links); n > 0 {
		list = append(list, fmt.Sprintf("Something is wrong with %s to a link or an image: see Links.", plural(n, "address")))
	}
	if len(lost) > 0 {
		list = append(list, fmt.Sprintf("%s leads to no image of this mail, or to one that has no room in the frame.", cut(lost[0], maxLinkText)))
	}
	return append(list, m.Problems...)
}

func countNotes(links []*link) (n int) {
	for _, l := range links {
		if l.Note != "" {
			n++
		}
	}
	return n
}

// bytesOf returns a size as people read it.
func bytesOf(n int) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d bytes", n)
	case n < 1<<20:
		return fmt.Sprintf("%.1f kB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}
