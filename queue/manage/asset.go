package manage

import (
	"embed"
	"net/http"
)

//go:embed pages/*.html
var pages embed.FS

var (
	//go:embed pages/style.css
	style []byte
	//go:embed pages/script.js
	script []byte
	//go:embed pages/icon.svg
	icon []byte
)

// An asset is a file that pages refer to.
type asset struct {
	kind string
	data []byte
}

var files = map[string]asset{
	"style.css": {"text/css; charset=utf-8", style},
	"script.js": {"text/javascript; charset=utf-8", script},
	"icon.svg":  {"image/svg+xml", icon},
}

func (a asset) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", a.kind)
	_, _ = w.Write(a.data)
}
