package compose

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/textproto"
	"os"
	"os/exec"
	"path"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// wanted returns the name that a row of filenames.txt must be read back as, and what
// the mail must hold for it; no name: it must be refused.
func wanted(t *testing.T, verdict, s string) (name, wire string) {
	t.Helper()
	switch verdict {
	case "keep", "keep-literal", "quote", "one-param", "html-escaped-in-ui", "download-only":
		return s, `filename="` + strings.ReplaceAll(s, `"`, `\"`) + `"`
	case "quote-escape":
		return s, `filename="a\"b.txt"`
	case "encode":
		return s, "filename*=utf-8''"
	case "basename":
		return s[strings.LastIndexAny(s, `/\`)+1:], "filename="
	case "replace":
		return "attachment", `filename="attachment"`
	case "trim":
		return strings.TrimSpace(s), "filename="
	case "strip":
		return strings.ReplaceAll(s, "\u200b", ""), "filename="
	case "truncate":
		return s[:250] + path.Ext(s), "filename*0*=utf-8''"
	case "reject", "reject-or-encode":
		return "", ""
	}
	require.Fail(t, "unknown verdict", verdict)
	return "", ""
}

// Every row of the corpus, read by Go and by Python.
func TestFileNamesOfTheCorpus(t *testing.T) {
	var mails [][]byte
	var names []string
	for _, row := range corpus(t, "filenames.txt") {
		given := payload(t, row[1])
		want, wire := wanted(t, row[2], given)
		m := Message{Files: []File{{Name: given, Type: "application/x-test", Data: []byte("x")}}}
		if want == "" {
			_, err := m.Bytes()
			require.ErrorContains(t, err, "has a line break or a control", row[0])
			continue
		}
		if !isPrintable(want) && row[2] == "keep" {
			wire = "filename*=utf-8''"
		}
		data := mustWrite(t, m)
		require.Contains(t, string(data), wire, row[0])
		require.Equal(t, want, readFile(t, data), row[0])
		mails, names = append(mails, data), append(names, want)
	}
	require.Greater(t, len(names), 15)
	checkPython(t, mails, names)
}

// readFile returns the name of a mail's only file, after holding the file's header to
// the fields it must have.
func readFile(t *testing.T, data []byte) string {
	t.Helper()
	_, root := readStandard(t, data)
	require.Equal(t, "mixed(text/plain application/x-test)", root.structure())
	require.Equal(t, root, readGoMessage(t, data))
	file := root.parts[1]
	require.Equal(t, "attachment", file.disposed)
	if name := paramOf(t, file.kind, "name"); name != "" {
		require.Equal(t, file.name, name)
	}
	return file.name
}

// pythonReader prints, for each mail, what Python's email package takes for the
// file's name, in its old and its new way, and the names of the file's fields.
const pythonReader = `
import base64, email, email.policy, json, sys
def read(data, policy):
    file = email.message_from_bytes(data, policy=policy).get_payload()[1]
    return [file.get_filename(), sorted(file.keys()), file.get_payload(decode=True).decode()]
print(json.dumps([read(base64.b64decode(m), p) for m in json.load(sys.stdin)
                  for p in (email.policy.compat32, email.policy.SMTP)]))
`

// checkPython lets Python read mails with one file each.
func checkPython(t *testing.T, mails [][]byte, names []string) {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("MAILHOST_REQUIRE") == "all" {
			require.Fail(t, "install python3: it is the second reader of file names")
		}
		t.Skip("install python3: it is the second reader of file names")
	}
	in, err := json.Marshal(mails)
	require.NoError(t, err)
	cmd := exec.Command(python, "-c", pythonReader)
	cmd.Stdin = bytes.NewReader(in)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err)
	var got [][3]any
	require.NoError(t, json.Unmarshal(out, &got))
	require.Len(t, got, 2*len(mails))
	for i, g := range got {
		require.Equal(t, names[i/2], g[0], "%s", mails[i/2])
		require.Equal(t, []any{"Content-Disposition", "Content-Transfer-Encoding", "Content-Type"}, g[1])
		require.Equal(t, "x", g[2])
	}
}

// Names that readers are known to stumble over.
func TestFileNamesAreReadBack(t *testing.T) {
	var mails [][]byte
	names := []string{
		"a b  c.txt", "100%.txt", "ä%20.txt", "a%20b.txt", "a;b=c.txt", "=?utf-8?q?x?=.txt", "a (1).txt", "it's.txt", "Größe 1.txt", "日本語.pdf", "😀.png", "a\u0301.txt",
		strings.Repeat("long ", 14) + "name.txt", strings.Repeat("x", 255), strings.Repeat("ä", 125) + ".pdf", strings.Repeat("\"", 60) + "x", "?*<>|.txt", "utf-8''x", ".htaccess", "filename*0=x", "\u00a0x\u00a0y",
	}
	for i, name := range names {
		data := mustWrite(t, Message{Files: []File{{Name: name, Type: "application/x-test", Data: []byte("x")}}})
		names[i] = strings.TrimSpace(name)
		require.Equal(t, names[i], readFile(t, data))
		mails = append(mails, data)
		for line := range bytes.Lines(data) {
			require.LessOrEqual(t, len(line), 76+len("\r\n"), "%s", line)
		}
	}
	checkPython(t, mails, names)
}

func TestFileName(t *testing.T) {
	for given, want := range map[string]string{
		"a.txt":                                "a.txt",
		"":                                     "attachment",
		"...":                                  "attachment",
		"a/":                                   "attachment",
		"C:\\dir\\a.txt":                       "a.txt",
		"a/..\\b":                              "b",
		"/\u200b. \u202e":                      "attachment",
		"invoice\u202efdp.exe":                 "invoicefdp.exe", // shown as invoiceexe.pdf
		"\u2066a\u2069\ufeff\u00ad.txt":        "a.txt",
		strings.Repeat("a", 300):               strings.Repeat("a", 255),
		strings.Repeat("a", 300) + ".docx":     strings.Repeat("a", 250) + ".docx",
		strings.Repeat("a ", 200) + ".txt":     strings.Repeat("a ", 125) + "a.txt",
		strings.Repeat("a ", 200) + ".docx":    strings.Repeat("a ", 124) + "a.docx",
		"a." + strings.Repeat("b", 300):        "a." + strings.Repeat("b", 253),
		strings.Repeat("é", 200) + "." + "tar": strings.Repeat("é", 125) + ".tar",
	} {
		got, err := FileName(given)
		require.NoError(t, err)
		require.Equal(t, want, got, "%q", given)
	}
	for given, reason := range map[string]string{
		"a\x00.txt": "line break or a control", "a\x7f": "line break or a control", "a\u0085b": "line break or a control", "a\u2028b": "line break or a control",
		"a/\r\n/b": "line break or a control", "a\xff": "is not UTF-8", "\xed\xa0\x80": "is not UTF-8",
	} {
		_, err := FileName(given)
		require.ErrorContains(t, err, reason, "%q", given)
	}
}

// Whatever a name is, it is refused, or it is read back, and stays what it is.
func FuzzFileName(f *testing.F) {
	for _, row := range corpus(f, "filenames.txt") {
		f.Add(payload(f, row[1]))
	}
	f.Fuzz(func(t *testing.T, given string) {
		name, err := FileName(given)
		if err != nil {
			require.Empty(t, name)
			return
		}
		again, err := FileName(name)
		require.NoError(t, err)
		require.Equal(t, name, again)
		require.LessOrEqual(t, len(name), 255)
		require.True(t, utf8.ValidString(name))
		require.NotContains(t, name, "/")
		field := appendMediaField(nil, "X", "attachment", parameter("filename", name))
		for line := range bytes.Lines(field) {
			require.LessOrEqual(t, len(line), 76+len("\r\n"))
		}
		header := textproto.MIMEHeader{}
		header.Set("X", strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(string(field), "X: "), "\r\n"), "\r\n", ""))
		_, params, err := mime.ParseMediaType(header.Get("X"))
		require.NoError(t, err)
		require.Equal(t, map[string]string{"filename": name}, params)
	})
}
