package preview

import (
	"fmt"
	"mime"
	"net/http"
	"strings"

	"github.com/go-mailhost/mailhost/queue/decode"
)

// message answers with a mail as it would be sent, for a mail program to open.
func (h *handler) message(r *http.Request, at address) answer {
	l, why := h.letter(r, at)
	if why != nil {
		return *why
	}
	words := []string{at.Template, at.Sample, at.Locale, fmt.Sprint(at.Mail)}
	name := strings.ReplaceAll(strings.Join(words, " "), "/", " ")
	return download(strings.Join(strings.Fields(name), "-")+".eml", "message/rfc822", l.composed.Mail.Data)
}

// file answers with a file of a mail.
func (h *handler) file(r *http.Request, at address) answer {
	l, why := h.letter(r, at)
	if why != nil {
		return *why
	}
	files := filesOf(l.message)
	if at.File > len(files) {
		return refuse(http.StatusNotFound, "No such file", fmt.Sprintf("This mail has %s.", plural(len(files), "file")))
	}
	f := files[at.File-1]
	return download(f.Name, "application/octet-stream", f.Data)
}

// filesOf returns the attachments of a mail and then its images.
func filesOf(m *decode.Message) []decode.File {
	return append(append([]decode.File(nil), m.Attachments...), m.Images...)
}

// files returns the files of a mail with what leads to them.
func (h *handler) files(at address, m *decode.Message) (list []fileLink) {
	for i, f := range filesOf(m) {
		at.File = i + 1
		list = append(list, fileLink{f, at.url(h.prefix, pageFile), i >= len(m.Attachments)})
	}
	return list
}

// download answers with bytes that no browser shows, whatever they are (RFC 6266).
func download(name, kind string, data []byte) answer {
	return answer{raw: data, header: http.Header{
		"Content-Type":            {kind},
		"Content-Disposition":     {mime.FormatMediaType("attachment", map[string]string{"filename": decode.FileName(name)})},
		"Content-Security-Policy": {"sandbox; default-src 'none'"},
	}}
}
