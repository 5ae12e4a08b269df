package main

import (
	"encoding/base64"
	"io"
	"net/url"
	"strings"

	"golang.org/x/net/html"

	"github.com/go-mailhost/mailhost/tag/tagtest"
)

const maxPictures = 10 << 20 // bytes of the images that are put into one letter

// withPictures returns the HTML of a letter with its own images as data: URLs where
// it shows them by cid: (RFC 2392). All else stays as it is: what keeps the letter
// from doing harm are the sandbox and the policy it is shown under.
func withPictures(l letter) string {
	var out strings.Builder
	room := maxPictures
	z := html.NewTokenizer(strings.NewReader(l.HTML))
	for z.Next() != html.ErrorToken {
		raw := string(z.Raw()) // before Token, which changes it
		tag := z.Token()
		if picture := pictureOf(l, tag); picture != nil && len(picture.Data) <= room {
			room -= len(picture.Data)
			raw = withSource(tag, dataURL(picture))
		}
		out.WriteString(raw)
	}
	if z.Err() == io.EOF {
		out.Write(z.Raw()) // what stands in a tag that does not end
	}
	return out.String()
}

// pictureOf returns the image of the letter's own that a tag shows, or nil.
func pictureOf(l letter, tag html.Token) *tagtest.File {
	if tag.Data != "img" || tag.Type != html.StartTagToken && tag.Type != html.SelfClosingTagToken {
		return nil
	}
	for _, a := range tag.Attr {
		id, isCID := strings.CutPrefix(a.Val, "cid:")
		if a.Key != "src" || !isCID {
			continue
		}
		if plain, err := url.PathUnescape(id); err == nil {
			id = plain
		}
		return findPicture(l.Images, id)
	}
	return nil
}

func findPicture(images []tagtest.File, id string) *tagtest.File {
	for i, f := range images {
		if f.ContentID == id && strings.HasPrefix(f.Type, "image/") {
			return &images[i]
		}
	}
	return nil
}

func dataURL(f *tagtest.File) string {
	return "data:" + f.Type + ";base64," + base64.StdEncoding.EncodeToString(f.Data)
}

func withSource(tag html.Token, source string) string {
	for i, a := range tag.Attr {
		if a.Key == "src" {
			tag.Attr[i].Val = source
		}
	}
	return tag.String()
}
