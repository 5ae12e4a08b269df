package compose

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

// Each start tag is found again by the element that it begins.
func TestStartTags(t *testing.T) {
	const source = "<!DOCTYPE html><HTML><body\nid=x><p>a<br/><img src='>'><style>p{}</style ><svg><Path d=1 /></svg><!-- <i> --><textarea><b></textarea><p"
	p, err := readPage(source)
	require.NoError(t, err)
	var got []string
	for n := range p.doc.Descendants() {
		if tag := p.tagOf(n); tag != nil {
			got = append(got, n.Data+" "+source[tag.begin:tag.end])
		}
	}
	require.Equal(t, []string{
		"html <HTML>", "body <body\nid=x>", "p <p>", "br <br/>", "img <img src='>'>", "style <style>", "svg <svg>", "path <Path d=1 />", "textarea <textarea>",
	}, got)
	i := slices.IndexFunc(p.tags, func(t tag) bool { return source[t.begin:t.end] == "<style>" })
	require.Equal(t, "<style>p{}</style >", source[p.tags[i].begin:p.tags[i].closed])
}

// An author's attribute of our name leads nowhere.
func TestForeignTagNumber(t *testing.T) {
	for _, value := range []string{"0", "1", "-1", "99", "x", ""} {
		p, err := readPage("<p " + tagNumber + "='" + value + "'>a")
		require.NoError(t, err)
		require.Len(t, p.tags, 1)
		for n := range p.doc.Descendants() {
			if n.Data == "p" {
				require.Equal(t, &p.tags[0], p.tagOf(n))
			}
		}
		require.Nil(t, p.tagOf(&html.Node{Attr: []html.Attribute{{Key: tagNumber, Val: "-1"}}}))
		require.Nil(t, p.tagOf(&html.Node{Attr: []html.Attribute{{Key: tagNumber, Val: "1"}}}))
	}
}

func TestElements(t *testing.T) {
	p, err := readPage("<head><title>x</title></head><p><b>a<p>c</b><style></style>")
	require.NoError(t, err)
	var got []string
	for _, e := range p.elements() {
		name := e.Data
		if !e.tagged {
			name += " made up"
		}
		got = append(got, name)
	}
	require.Equal(t, []string{"html made up", "body made up", "p", "b", "p"}, got)
}

func TestEdits(t *testing.T) {
	p := &page{source: "abcdef", edits: []edit{{4, 5, "E"}, {0, 1, ""}, {2, 2, "-"}}}
	require.Equal(t, "b-cdEf", p.edited())
	require.Equal(t, "abc", (&page{source: "abc"}).edited())
}
