package manage

import (
	"net/http"
	"strings"
)

// framePolicy is that of the HTML of a mail: its own styles and the images that it
// brings are shown; it has no origin, runs nothing, asks nobody and leads nowhere.
const framePolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

// frame answers with the HTML of a mail, for the iframe of its page.
func (v *visit) frame() answer {
	_, message, why := v.letter()
	switch {
	case why != nil:
		return *why
	case strings.TrimSpace(message.HTML) == "":
		return refuse(http.StatusNotFound, "No HTML", "This mail has no HTML part.")
	}
	text := tame(message).html
	return answer{serve: func(_ *visit, w http.ResponseWriter) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", framePolicy)
		_, _ = w.Write([]byte(text))
	}}
}
