package host

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// corpus returns the tab-separated rows of testdata/corpora/name.
func corpus(t testing.TB, name string) [][]string {
	data, err := os.ReadFile("testdata/corpora/" + name)
	require.NoError(t, err)
	var rows [][]string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimRight(line, "\n"); line != "" && line[0] != '#' {
			rows = append(rows, strings.Split(line, "\t"))
		}
	}
	require.NotEmpty(t, rows)
	return rows
}

func unquote(t testing.TB, s string) string {
	var payload string
	require.NoError(t, json.Unmarshal([]byte(s), &payload), s)
	return payload
}

// Rows marked accept-policy are accepted, but for these.
var refusedByPolicy = map[string]string{
	"inj-02": `'>' in a quoted local part`,
}

func TestParseMailboxAcceptsValid(t *testing.T) {
	for _, row := range corpus(t, "addresses_valid.txt") {
		id, address, verdict := row[0], unquote(t, row[1]), row[2]
		t.Run(id, func(t *testing.T) {
			m, err := ParseMailbox(address)
			if why, ok := refusedByPolicy[id]; ok {
				require.Equal(t, "accept-policy", verdict)
				require.ErrorContains(t, err, why)
				return
			}
			require.NoError(t, err)
			require.Equal(t, verdict == "accept-eai", m.NeedsUTF8())
			local, domain := address[:strings.LastIndex(address, "@")], address[strings.LastIndex(address, "@")+1:]
			require.Equal(t, local, m.Local, "the local part goes on the wire as it is")
			if isASCII(domain) {
				require.Equal(t, domain, m.Domain)
			}
			requireStable(t, m)
		})
	}
}

func requireStable(t *testing.T, m Mailbox) {
	again, err := ParseMailbox(m.String())
	require.NoError(t, err)
	require.Equal(t, m, again)
}

func TestParseMailboxRefusesInvalid(t *testing.T) {
	for _, row := range corpus(t, "addresses_invalid.txt") {
		t.Run(row[0], func(t *testing.T) {
			require.Equal(t, "reject", row[2])
			_, err := ParseMailbox(unquote(t, row[1]))
			require.ErrorContains(t, err, "host: ")
			require.ErrorContains(t, err, "is no mailbox: ")
		})
	}
}

func TestParseMailboxConvertsDomains(t *testing.T) {
	for _, row := range corpus(t, "idn_homographs.txt") {
		domain, want := unquote(t, row[1]), row[2]
		t.Run(row[0], func(t *testing.T) {
			m, err := ParseMailbox("user@" + domain)
			switch want {
			case "reject", "normalise-or-reject":
				require.Error(t, err)
			case "convert", "convert+warn", "show A-label", "policy":
				require.NoError(t, err)
				require.Equal(t, row[3], m.Domain)
				require.False(t, m.NeedsUTF8())
				requireStable(t, m)
			default:
				t.Fatalf("no rule for the verdict %q", want)
			}
		})
	}
}

func TestParseMailboxRules(t *testing.T) {
	long := strings.Repeat("a", 63)
	tests := []struct{ name, address, err string }{
		{"local part of 64", strings.Repeat("a", 64) + "@b.example", ""},
		{"local part of 65", strings.Repeat("a", 65) + "@b.example", "at most 64"},
		{"local part of 66 bytes in 33 characters", strings.Repeat("ö", 33) + "@b.example", "at most 64"},
		{"label of 63", "a@" + long + ".example", ""},
		{"label of 64", "a@a" + long + ".example", "63"},
		{"mailbox of 255", "ab@" + long + "." + long + "." + long + "." + long[:60], "at most 254"},
		{"very long", strings.Repeat("a", 5000), "at most 254"},
		{"trailing dot", "a@b.example.", "dot"},
		{"underscore", "a@b_c.example", `'_' in the domain`},
		{"empty quotes", `""@b.example`, ""},
		{"quoted brackets", `"<"@b.example`, "'<'"},
		{"quoted control", "\"\t\"@b.example", "control"},
		{"quoted pair of a bracket", `"\>"@b.example`, "'>'"},
		{"quotes without domain", `"a"`, "no domain"},
		{"invalid UTF-8", "a\xff@b.example", "U+FFFD"},
		{"C1 control in quotes", "\"\u0085\"@b.example", "U+0085"},
		{"zero-width joiner", "a\u200db@b.example", "U+200D"},
		{"soft hyphen", "a\u00adb@b.example", "U+00AD"},
		{"variation selector", "a\ufe0f@b.example", "U+FE0F"},
		{"Hangul filler", "a\u3164@b.example", "U+3164"},
		{"no-break space", "a\u00a0b@b.example", "U+00A0"},
		{"private use", "a\ue000@b.example", "U+E000"},
		{"upper-case IDN", "a@B\u00fccher.EXAMPLE", ""},
		{"Kelvin sign", "a@\u212a.example", "ASCII"},
		{"upper-case A-label", "a@XN--BCHER-KVA.example", ""},
		{"A-label of ASCII in a sub-domain", "a@b.XN--example-.com", "hyphen"},
		{"A-label that decodes to ASCII", "a@xn--abc-.example", "hyphen"},
		{"A-label that is not what its text encodes to", "a@xn--strae-1na.example", "xn--"},
		{"hyphens in the third and fourth place", "a@r3---sn.example", ""},
		{"IPv4 with leading zeros", "a@[192.000.002.001]", "literal"},
		{"IPv6 in lower case", "a@[ipv6:2001:db8::1]", ""},
		{"IPv6 without tag", "a@[2001:db8::1]", "literal"},
		{"IPv4 with the IPv6 tag", "a@[IPv6:192.0.2.1]", "literal"},
		{"literal not closed", "a@[", "literal"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m, err := ParseMailbox(test.address)
			if test.err == "" {
				require.NoError(t, err)
				requireStable(t, m)
				return
			}
			require.ErrorContains(t, err, test.err)
			require.Less(t, len(err.Error()), 500)
		})
	}
}

func TestTruncateCutsBetweenCharacters(t *testing.T) {
	require.Equal(t, "aö", truncate("aöö", 4))
	require.Equal(t, "aöö", truncate("aöö", 5))
	require.Equal(t, "", truncate("\x80\x80\x80", 2))
}

func FuzzParseMailbox(f *testing.F) {
	for _, s := range []string{
		"a@b.example", `"a b"@c`, `"\""@c`, "jörg@bücher.example", "a@xn--bcher-kva.example",
		"a@[192.0.2.1]", "a@[IPv6:2001:db8::1]", "a@b\r\nRCPT TO:<c@d>", "a@b> SIZE=1", "\"a\x00\"@b",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMailbox(s)
		if err != nil {
			return
		}
		wire := m.String()
		require.NotContains(t, wire, "<")
		require.NotContains(t, wire, ">")
		require.True(t, utf8.ValidString(wire))
		require.LessOrEqual(t, len(wire), 254)
		require.True(t, isASCII(m.Domain))
		for _, r := range wire {
			require.False(t, r < ' ' || 0x7f <= r && r < 0xa0, "%q", wire)
			require.False(t, r == ' ' && wire[0] != '"', "%q", wire)
		}
		requireStable(t, m)
	})
}
