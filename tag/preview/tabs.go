package preview

import (
	"fmt"

	"github.com/go-mailhost/mailhost/queue/decode"
)

// firstTab returns what of a mail is shown where the address does not say it.
func firstTab(m *decode.Message) string {
	if m.HTML != "" {
		return "html"
	}
	return "text"
}

// tabs returns the ways to look at a mail. Those that it has nothing for are left
// out, unless the address asks for them.
func (h *handler) tabs(at address, m *decode.Message) (list []option) {
	labels := map[string]string{
		"html": "HTML", "text": "Text", "calendar": "Calendar", "amp": "AMP",
		"headers": "Headers", "links": "Links", "parts": "Parts", "source": "Source",
	}
	has := map[string]bool{
		"html": m.HTML != "", "text": true, "calendar": m.Calendar != "", "amp": m.AMP != "",
		"headers": true, "links": m.HTML != "", "parts": true, "source": true,
	}
	if n := len(m.Images) + len(m.Attachments); n > 0 {
		labels["parts"] = fmt.Sprintf("Parts (%s)", plural(n, "file"))
	}
	current := at.Tab
	for _, tab := range tabs {
		if at.Tab = tab; has[tab] || tab == current {
			list = append(list, option{labels[tab], at.url(h.prefix, pageMail), tab == current})
		}
	}
	return list
}
