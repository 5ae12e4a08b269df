package host

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A Sign that is printed does not show its key, which may be plain bytes.
func TestSignDoesNotPrintItsKey(t *testing.T) {
	_, key, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	s := &Sign{Host: Discard{}, Domain: "acme.example", Selector: "mail", Key: key}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "host", s)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "host", s)
	asJSON, err := json.Marshal(map[string]any{"host": s})
	require.NoError(t, err)
	said := fmt.Sprintf("%v %+v %#v %s %v %s %s", s, s, s, s, []any{s}, asJSON, log.String())
	require.Contains(t, said, "acme.example")
	require.NotContains(t, said, strings.Trim(fmt.Sprint([]byte(key)), "[]"))
	require.NotContains(t, said, strings.Trim(fmt.Sprintf("%#v", []byte(key)), "[]byte{}"))
	require.NotContains(t, said, base64.StdEncoding.EncodeToString(key))
}
