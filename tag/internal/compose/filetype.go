package compose

import (
	"errors"
	"fmt"
	"mime"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/gabriel-vasile/mimetype"
)

const (
	unknownType = "application/octet-stream"
	maxFileType = 200 // bytes
)

// typeByExtension holds the types that are not told by a file's first bytes, or
// told too broadly. It is ours, for the system's own tables differ between machines.
var typeByExtension = map[string]string{
	".css":  "text/css",
	".csv":  "text/csv",
	".gif":  "image/gif",
	".htm":  "text/html",
	".html": "text/html",
	".ics":  "text/calendar",
	".jpeg": "image/jpeg",
	".jpg":  "image/jpeg",
	".js":   "text/javascript",
	".json": "application/json",
	".md":   "text/markdown",
	".pdf":  "application/pdf",
	".png":  "image/png",
	".svg":  "image/svg+xml",
	".tsv":  "text/tab-separated-values",
	".txt":  "text/plain",
	".vcf":  "text/vcard",
	".webp": "image/webp",
	".xml":  "application/xml",
	".zip":  "application/zip",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// FileType returns the media type of a file whose author said none: by its name's
// extension, else by its content. A text that is UTF-8 has it said. The type is
// never one of multipart or message, which a reader would take apart (RFC 2046
// section 5): such a file is application/octet-stream.
func FileType(name string, data []byte) string {
	kind, ok := typeByExtension[strings.ToLower(path.Ext(name))]
	if !ok {
		kind, _, _ = strings.Cut(mimetype.Detect(data).String(), ";")
	}
	switch {
	case isComposite(kind):
		return unknownType
	case strings.HasPrefix(kind, "text/") && utf8.Valid(data):
		return kind + "; charset=utf-8"
	}
	return kind
}

// isComposite reports whether a type holds other entities.
func isComposite(kind string) bool {
	return strings.HasPrefix(kind, "multipart/") || strings.HasPrefix(kind, "message/")
}

// CheckFileType returns a type that an author gave for a file in its canonical form,
// such as "text/csv; charset=utf-8". It returns an error for what is no media type
// (RFC 2045 section 5.1), for a type of multipart or message, and for parameters
// that are written elsewhere or are not printable ASCII.
func CheckFileType(s string) (string, error) {
	kind, err := checkFileType(s)
	if err != nil {
		return "", fmt.Errorf("%q cannot be the type of a file: %w", clip(s), err)
	}
	return kind, nil
}

func checkFileType(s string) (string, error) {
	if len(s) > maxFileType || !isPrintable(s) {
		return "", fmt.Errorf("write at most %d characters of printable ASCII", maxFileType)
	}
	kind, params, err := mime.ParseMediaType(s)
	if err != nil {
		return "", fmt.Errorf(`write it like "text/csv; charset=utf-8" (%w)`, err)
	}
	if !strings.Contains(kind, "/") {
		return "", errors.New(`it has no slash: write it like "image/png"`)
	}
	if isComposite(kind) {
		return "", errors.New("it would be taken apart by readers: write " + unknownType)
	}
	for key, value := range params {
		if err := checkFileParameter(key, value); err != nil {
			return "", err
		}
	}
	return mime.FormatMediaType(kind, params), nil
}

func checkFileParameter(key, value string) error {
	switch {
	case key == "name" || key == "boundary":
		return fmt.Errorf("its parameter %q is written with the file: leave it out", key)
	case !isPrintable(value):
		return fmt.Errorf("its parameter %q is not plain: write printable ASCII", clip(key))
	}
	return nil
}
