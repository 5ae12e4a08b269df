package manage

import "net/http"

// policy lets a page run the script of this handler and no other, and ask this server
// and no other.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// secure keeps a page from running scripts that are not ours, from being framed,
// guessed at or kept, and its address, which holds a mail's id, from being told to
// others.
func secure(header http.Header) {
	header.Set("Content-Security-Policy", policy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	// Names in the links of a mail are not looked up before somebody follows them.
	header.Set("X-DNS-Prefetch-Control", "off")
}
