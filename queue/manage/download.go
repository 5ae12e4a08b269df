package manage

import (
	"mime"
	"net/http"

	"github.com/go-mailhost/mailhost/queue/decode"
)

// asDownload makes an answer one that no browser shows, whatever it is (RFC 6266).
func asDownload(header http.Header, name, kind string) {
	header.Set("Content-Type", kind)
	header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": decode.FileName(name)}))
	header.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
}

// download answers with a file.
func download(name, kind string, data []byte) answer {
	return answer{serve: func(_ *visit, w http.ResponseWriter) {
		asDownload(w.Header(), name, kind)
		_, _ = w.Write(data)
	}}
}
