package preview

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func TestSampleFiles(t *testing.T) {
	for _, tt := range []struct {
		file string
		want string // the sample, and what is wrong with it; "": the file is none
	}{
		{"note.html.json", "note.html"},
		{"note.html.paid.json", "note.html paid"},
		{"note.html@de.json", "note.html @de"},
		{"note.html.paid@pt-BR.json", "note.html paid @pt-BR"},
		{"sub/other.html.json", "other.html"},
		{"welcome.mail.json", "welcome.mail"},
		{"plain.json", "plain"},
		{"plain.paid.json", "plain paid"},
		{"package.json", ""},
		{"messages.en.json", ""},
		{"note.html.txt", ""},
		{".json", ""},
		{"node_modules/note.html.json", ""},
		{".git/note.html.json", ""},
		{"nota.html.json", `nota.html: nota.html.json: no template "nota.html" stands beside it: name the file TEMPLATE.json,`},
		{"nota.html.paid.json", `nota.html paid: nota.html.paid.json: no template "nota.html" stands beside it`},
		{"sub/note.html.json", `note.html: sub/note.html.json: no template "note.html" stands beside it`},
		{"note.html@.json", "note.html"},
		{"note.html@d e.json", `note.html @d e: note.html@d e.json: the locale "d e" is no BCP 47 tag`},
	} {
		t.Run(tt.file, func(t *testing.T) {
			fsys := files(map[string]string{"note.html": note, "sub/other.html": note, "welcome.mail": "x", "plain": "x", tt.file: "{}"})
			h := &handler{set: parse(t, map[string]string{"note.html": note}), config: Config{Files: fsys}}
			list, err := h.samples()
			require.NoError(t, err)
			var got []string
			for _, s := range list {
				text := s.key().String()
				if s.err != nil {
					text += ": " + s.err.Error()
				}
				got = append(got, text)
			}
			require.Contains(t, strings.Join(got, "\n"), tt.want)
			require.Equal(t, tt.want == "", len(got) == 0, got)
		})
	}
}

func TestSampleGivenTwice(t *testing.T) {
	set := parse(t, map[string]string{"note.html": note})
	h := open(t, set, Config{
		Samples: []Sample{{Template: "note.html", Data: data("from Go")}},
		Files:   files(map[string]string{"note.html": note, "note.html.json": `{"Subject": "from JSON"}`, "a/note.html": note, "a/note.html.json": "{}"}),
	})
	body := get(t, h, http.StatusOK, "/")
	require.Contains(t, body, "from Go")
	require.NotContains(t, body, "from JSON")
	require.Contains(t, body, `note.html.json: the sample &#34;note.html&#34; is in Config.Samples already: rename the file`)
	require.Contains(t, body, `a/note.html.json: the sample &#34;note.html&#34; is in Config.Samples already`)
	require.Contains(t, get(t, h, http.StatusOK, "/mail?template=note.html"), "from Go")
}

func TestJSONFilesAreReadAgain(t *testing.T) {
	const file = "note.html.json"
	fsys := fstest.MapFS{"note.html": {}, file: {Data: []byte(`{"To": "ann@example.com", "Subject": "one", "Text": ""}`)}}
	h := open(t, parse(t, map[string]string{"note.html": note}), Config{Files: fsys})
	require.Contains(t, get(t, h, http.StatusOK, "/"), ">one</a>")
	fsys[file] = &fstest.MapFile{Data: []byte(`{"To": "ann@example.com", "Subject": "two", "Text": ""}`)}
	require.Contains(t, get(t, h, http.StatusOK, "/"), ">two</a>")
	delete(fsys, file)
	require.Contains(t, get(t, h, http.StatusOK, "/"), "No sample yet: put note.html.json beside note.html")
}

func TestMistakesInJSONFiles(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{`{"To": }`, `note.html.json:1:8: invalid character &#39;}&#39;`},
		{"{\n  \"To\": \"x\"\n  \"Text\": 1\n}", `note.html.json:3:3: invalid character`},
		{`{"To": [1`, "note.html.json:1:10: the value is not ended"},
		{"", "note.html.json:1:1: the file is empty: write {} for no data"},
		{"{}\n\n {}", "note.html.json:3:2: something stands behind the value"},
		{"{}\n]", "note.html.json:2:1: something stands behind the value"},
		{"{\"To\":\n 99999999999999999999}", "note.html.json:2:2: the number 99999999999999999999 is too large: write it as a string"},
		{`[1e999]`, "note.html.json:1:2: the number 1e999 is too large"},
		{strings.Repeat(" ", maxJSON) + "1", "note.html.json: it is too long: at most 1048576 bytes are read"},
	} {
		t.Run(tt.text[:min(len(tt.text), 30)], func(t *testing.T) {
			h := open(t, parse(t, map[string]string{"note.html": note}), Config{Files: files(map[string]string{"note.html": note, "note.html.json": tt.text})})
			require.Contains(t, get(t, h, http.StatusOK, "/"), tt.want)
			body := get(t, h, http.StatusInternalServerError, "/mail?template=note.html")
			require.Contains(t, body, "This sample fails")
			require.Contains(t, body, tt.want)
		})
	}
}

func TestJSONValues(t *testing.T) {
	for _, tt := range []struct {
		text string
		want any
	}{
		{"7", 7},
		{"-7", -7},
		{"7.0", 7.0},
		{"1e3", 1000.0},
		{"\uFEFF\n null \n", nil},
		{`"7"`, "7"},
		{`{"a": [1, {"b": 2.5}], "c": true}`, map[string]any{"a": []any{1, map[string]any{"b": 2.5}}, "c": true}},
	} {
		got, err := parseJSON([]byte(tt.text))
		require.NoError(t, err, tt.text)
		require.Equal(t, tt.want, got, tt.text)
	}
}

func TestTooManyFiles(t *testing.T) {
	contents := map[string]string{"a.html": note}
	for n := range maxEntries {
		contents[fmt.Sprintf("z%d", n)] = ""
	}
	contents["a.html.json"] = `{"To": "ann@example.com", "Subject": "found", "Text": ""}`
	h := open(t, parse(t, map[string]string{"a.html": note}), Config{Files: files(contents)})
	body := get(t, h, http.StatusOK, "/")
	require.Contains(t, body, "Config.Files has more than 10000 files and folders: give the folder of the templates.")
	require.Contains(t, body, ">found</a>", "what was found before is shown")
	require.Contains(t, get(t, h, http.StatusNotFound, "/mail?template=b.html"), "There is no such sample")
}
