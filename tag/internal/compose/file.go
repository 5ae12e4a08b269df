package compose

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"maps"
	"mime"
	"slices"
	"strings"
)

// leaf makes the entity of a file: an attachment, or an inline image.
func (f File) leaf() (*entity, error) {
	name, err := FileName(f.Name)
	if err != nil {
		return nil, err
	}
	kind := f.Type
	if kind == "" {
		kind = FileType(name, f.Data)
	}
	if kind, err = CheckFileType(kind); err != nil {
		return nil, fmt.Errorf("the file %q: %w", clip(name), err)
	}
	head := appendFileType(nil, kind, name)
	head = append(head, "Content-Transfer-Encoding: base64\r\n"...)
	if f.ContentID == "" {
		head = appendMediaField(head, "Content-Disposition", "attachment", parameter("filename", name))
	} else if head, err = appendInline(head, f.ContentID, name); err != nil {
		return nil, err
	}
	return &entity{kind: kind, head: head, body: f.Data, raw: true}, nil
}

// appendFileType writes a file's Content-Type. Old readers look for the name there
// too; one that needs RFC 2231 stands in the disposition only.
func appendFileType(head []byte, kind, name string) []byte {
	value, params, _ := mime.ParseMediaType(kind) // CheckFileType wrote it
	var list []string
	for _, key := range slices.Sorted(maps.Keys(params)) {
		list = append(list, parameter(key, params[key])...)
	}
	if p := parameter("name", name); strings.HasPrefix(p[0], "name=") {
		list = append(list, p[0])
	}
	return appendMediaField(head, "Content-Type", value, list)
}

// appendInline writes the disposition (RFC 2183) and the Content-ID (RFC 2392) of
// an image that the HTML part shows.
func appendInline(head []byte, id, name string) ([]byte, error) {
	if err := checkContentID(id); err != nil {
		return nil, err
	}
	head = appendMediaField(head, "Content-Disposition", "inline", parameter("filename", name))
	return append(head, "Content-ID: <"+id+">\r\n"...), nil
}

// maxContentID is the length of a Content-ID at most, in bytes.
const maxContentID = 200

// checkContentID holds an id to characters that mean themselves in a header and in a
// URL.
func checkContentID(id string) error {
	for _, b := range []byte(id) {
		if !isAlphanumeric(b) && strings.IndexByte(".-_+@", b) < 0 {
			return fmt.Errorf("the Content-ID %q has a character other than letters, digits and . - _ + @: write only these", clip(id))
		}
	}
	if len(id) > maxContentID {
		return fmt.Errorf("the Content-ID %q has %d bytes: at most %d are allowed", clip(id), len(id), maxContentID)
	}
	return nil
}

// ContentID returns an id for an image, without angle brackets. It is made from name
// and content, so that the same image embedded twice is one file.
func ContentID(name string, data []byte) string {
	h := sha256.New()
	fmt.Fprintf(h, "%d %s", len(name), name)
	h.Write(data)
	return strings.ToLower(base32.StdEncoding.EncodeToString(h.Sum(nil)[:15])) + "@mailhost"
}
