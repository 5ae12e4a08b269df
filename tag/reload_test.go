package tag

import (
	"html/template"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

const greeting = `{{sendmail "from" "a@b.example" "to" "c@d.example" "subject" "one"}}`

func TestReload(t *testing.T) {
	fsys := files{"page.html": greeting + "<p>one</p>"}.fs()
	set, err := ParseFS(fsys, "*.html")
	require.NoError(t, err)
	before := set.current.Load()
	require.NoError(t, set.Reload())
	require.Same(t, before, set.current.Load(), "nothing has changed")

	fsys["page.html"] = &fstest.MapFile{Data: []byte(greeting + "<p>two</p>")}
	require.NoError(t, set.Reload())
	page, mails, err := run(set, "page.html", nil)
	require.NoError(t, err)
	require.Equal(t, "<p>two</p>", string(page))
	require.Len(t, mails, 1)

	fsys["page.html"] = &fstest.MapFile{Data: []byte(`{{sendmail "soon"}}`)}
	require.ErrorAs(t, set.Reload(), new(Mistakes))
	require.ErrorAs(t, set.Reload(), new(Mistakes), "the mistake stays until it is mended")
	page, _, err = run(set, "page.html", nil)
	require.NoError(t, err)
	require.Equal(t, "<p>two</p>", string(page), "the set stays as it was")

	fsys["page.html"] = &fstest.MapFile{Data: []byte("<p>three</p>")}
	fsys["new.html"] = &fstest.MapFile{Data: []byte("<p>new</p>")}
	require.NoError(t, set.Reload())
	page, _, err = run(set, "new.html", nil)
	require.NoError(t, err)
	require.Equal(t, "<p>new</p>", string(page))

	delete(fsys, "page.html")
	delete(fsys, "new.html")
	require.ErrorContains(t, set.Reload(), "matches no files")
	_, _, err = run(set, "new.html", nil)
	require.NoError(t, err)
}

func TestReloadNeedsFiles(t *testing.T) {
	set, err := New(template.Must(template.New("x").Parse("x")))
	require.NoError(t, err)
	require.ErrorContains(t, set.Reload(), "has no files")
}
