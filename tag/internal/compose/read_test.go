package compose

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
	"testing"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset"
	"github.com/stretchr/testify/require"
)

// A node is an entity as a reader sees it.
type node struct {
	kind     string // with its parameters
	encoding string
	id       string // Content-ID
	disposed string // inline, attachment or ""
	name     string // of a file
	data     string // decoded
	parts    []*node
}

func mustWrite(t testing.TB, m Message) []byte {
	t.Helper()
	data, err := m.Bytes()
	require.NoError(t, err)
	checkLines(t, data)
	return data
}

// checkLines holds a mail to the limits of RFC 5322 section 2.1.1.
func checkLines(t testing.TB, data []byte) {
	t.Helper()
	require.True(t, bytes.HasSuffix(data, []byte("\r\n")))
	require.NotContains(t, strings.ReplaceAll(string(data), "\r\n", ""), "\n")
	require.NotContains(t, strings.ReplaceAll(string(data), "\r\n", ""), "\r")
	for line := range bytes.Lines(data) {
		require.LessOrEqual(t, len(line), maxLine+len("\r\n"))
	}
}

// readStandard reads a mail with the standard library.
func readStandard(t testing.TB, data []byte) (mail.Header, *node) {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(data))
	require.NoError(t, err)
	return m.Header, standardNode(t, textproto.MIMEHeader(m.Header), m.Body)
}

func standardNode(t testing.TB, h textproto.MIMEHeader, body io.Reader) *node {
	t.Helper()
	for name, values := range h {
		if strings.HasPrefix(name, "Content-") {
			require.Len(t, values, 1, name)
		}
	}
	n := nodeOf(t, h.Get)
	if boundary := paramOf(t, n.kind, "boundary"); boundary != "" {
		for r := multipart.NewReader(body, boundary); ; {
			p, err := r.NextRawPart()
			if err == io.EOF {
				return n
			}
			require.NoError(t, err)
			n.parts = append(n.parts, standardNode(t, p.Header, p))
		}
	}
	switch n.encoding {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	all, err := io.ReadAll(body)
	require.NoError(t, err)
	n.data = string(all)
	return n
}

func nodeOf(t testing.TB, get func(string) string) *node {
	t.Helper()
	n := &node{kind: get("Content-Type"), encoding: get("Content-Transfer-Encoding"), id: get("Content-Id")}
	if d := get("Content-Disposition"); d != "" {
		kind, params, err := mime.ParseMediaType(d)
		require.NoError(t, err, d)
		n.disposed, n.name = kind, params["filename"]
		require.Len(t, params, 1, d)
	}
	return n
}

func paramOf(t testing.TB, kind, name string) string {
	t.Helper()
	_, params, err := mime.ParseMediaType(kind)
	require.NoError(t, err, kind)
	return params[name]
}

// readGoMessage reads a mail with go-message.
func readGoMessage(t testing.TB, data []byte) *node {
	t.Helper()
	e, err := message.Read(bytes.NewReader(data))
	if message.IsUnknownCharset(err) {
		err = nil
	}
	require.NoError(t, err)
	return goMessageNode(t, e)
}

func goMessageNode(t testing.TB, e *message.Entity) *node {
	t.Helper()
	n := nodeOf(t, e.Header.Get)
	if r := e.MultipartReader(); r != nil {
		for {
			p, err := r.NextPart()
			if err == io.EOF {
				return n
			}
			require.NoError(t, err)
			n.parts = append(n.parts, goMessageNode(t, p))
		}
	}
	all, err := io.ReadAll(e.Body)
	require.NoError(t, err)
	n.data = string(all)
	return n
}

// structure writes the types of a tree, such as "mixed(text/plain application/pdf)".
func (n *node) structure() string {
	kind, _, _ := strings.Cut(n.kind, ";")
	if len(n.parts) == 0 {
		return kind
	}
	var list []string
	for _, p := range n.parts {
		list = append(list, p.structure())
	}
	return strings.TrimPrefix(kind, "multipart/") + "(" + strings.Join(list, " ") + ")"
}

// leaves returns the leaves of a tree in their order.
func (n *node) leaves() []*node {
	if len(n.parts) == 0 {
		return []*node{n}
	}
	var list []*node
	for _, p := range n.parts {
		list = append(list, p.leaves()...)
	}
	return list
}
