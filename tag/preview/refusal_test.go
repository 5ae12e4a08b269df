package preview

import (
	"net/http"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/tag"
)

func TestReload(t *testing.T) {
	fsys := fstest.MapFS{"note.html": {Data: []byte(note)}}
	set, err := tag.ParseFS(fsys, "*.html")
	require.NoError(t, err)
	samples := []Sample{{Template: "note.html", Data: data("hello")}}
	h := open(t, set, Config{Samples: samples, Reload: true})
	still := open(t, set, Config{Samples: samples})
	require.Contains(t, get(t, h, http.StatusOK, "/"), "ann@example.com")

	fsys["note.html"] = &fstest.MapFile{Data: []byte("\n" + note)}
	require.Contains(t, get(t, still, http.StatusOK, "/"), "note.html:1:8", "without Reload the templates stay as they are")
	require.Contains(t, get(t, h, http.StatusOK, "/"), "note.html:2:8")

	fsys["note.html"] = &fstest.MapFile{Data: []byte("{{with sendmail \"soon\"}}\n<b>Subject;\n{{end}}")}
	for _, path := range []string{"/", "/mail?template=note.html", "/frame?template=note.html"} {
		body := get(t, h, http.StatusInternalServerError, path)
		for _, want := range []string{
			"Mistakes in the templates", "note.html:1:17 ErrUnknownWord", `sendmail has no word "soon"`, "Instead: write one of",
			"note.html:2:", `the header line "<b>Subject;" has no colon`,
		} {
			require.Contains(t, words(body), want, path)
		}
		require.NotContains(t, body, "<b>Subject")
	}

	delete(fsys, "note.html")
	require.Contains(t, words(get(t, h, http.StatusInternalServerError, "/")), "matches no files")

	fsys["note.html"] = &fstest.MapFile{Data: []byte(note)}
	get(t, h, http.StatusOK, "/mail?template=note.html")
}

func TestMistakesInConfig(t *testing.T) {
	a := mistaken(tag.Mistakes{{Code: tag.ErrShadowed, What: "sendmail is given", Instead: "rename it"}})
	w := request(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { a.write(w, &handler{}) }), http.MethodGet, "/")
	require.Equal(t, http.StatusInternalServerError, w.Code)
	require.Contains(t, words(w.Body.String()), "tag.Config ErrShadowed sendmail is given Instead: rename it")
}

func TestASampleThatFailsSaysWhere(t *testing.T) {
	for _, tt := range []struct {
		name string
		data map[string]any
		want string
	}{
		{"a key that is missing", map[string]any{"To": "ann@example.com", "Text": "x"}, "note.html:4:"},
		{"a bad address", map[string]any{"To": "ann at example", "Subject": "x", "Text": "x"}, "note.html:3:"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := shown(t, tt.data)
			for _, path := range []string{"/mail", "/frame", "/message.eml", "/file"} {
				body := words(get(t, h, http.StatusInternalServerError, path+"?template=note.html"))
				require.Contains(t, body, `This sample fails The sample "note.html" makes no mail: `+tt.want)
			}
			require.Contains(t, words(get(t, h, http.StatusOK, "/")), tt.want)
		})
	}
}
