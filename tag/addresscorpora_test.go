package tag

import (
	"net/mail"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// addressPlaces are the places of a page where its value is one address, and nothing
// but an address.
var addressPlaces = map[string]string{
	"alone":       shopMail("To: {{.}}\n\nx"),
	"in angles":   shopMail("To: Ann <{{.}}>\n\nx"),
	"in a list":   shopMail("To: {{list . | first}}, <{{.}}>\n\nx"),
	"in a range":  shopMail("To: {{range list .}}{{.}}, {{end}}\n\nx"),
	"in template": shopMail("{{template `to` .}}\n\nx") + "{{define `to`}}To: {{.}}{{end}}",
	"a word":      `{{sendmail "from" "shop@acme.example" "to" .}}`,
}

// atEachPlace executes each of the places with the address of each row of a corpus, or
// with an address at its domain, and hands the outcome to check.
func atEachPlace(t *testing.T, name string, check func(t *testing.T, row []string, place, address string, mails []*queue.Mail, err error)) {
	t.Helper()
	for place, page := range addressPlaces {
		set := mustParse(t, files{"page.html": page})
		for _, row := range corpus(t, name) {
			t.Run(row[0]+" "+place, func(t *testing.T) {
				address := payload(t, row[1])
				if name == "idn_homographs.txt" {
					address = "ann@" + address
				}
				_, mails, err := execute(t, set, "page.html", address)
				check(t, row, place, address, mails, err)
			})
		}
	}
}

func TestValidAddressesCorpus(t *testing.T) {
	atEachPlace(t, "addresses_valid.txt", func(t *testing.T, row []string, place, address string, mails []*queue.Mail, err error) {
		mailbox, refused := host.ParseMailbox(address)
		if refused != nil {
			require.Equal(t, "accept-policy", row[2])
			require.ErrorContains(t, err, "no mailbox")
			return
		}
		require.NoError(t, err)
		require.Equal(t, []string{mailbox.String()}, mails[0].To)
		require.Equal(t, row[2] == "accept-eai", mailbox.NeedsUTF8())
		want := mailbox.String()
		if place == "in angles" {
			want = "Ann <" + want + ">"
		}
		require.Equal(t, want, strings.Split(readMail(t, mails[0]).header.Get("To"), ", ")[0])
	})
}

// What people write around an address, which the envelope does not get.
var writtenAround = map[string]string{
	"isemail3.05-158": "test@iana.org", "misc-054": "user@example.com", // a blank
	"misc-029": "john.q.public@example.com", // a name
}

// What is no address is an error.
func TestInvalidAddressesCorpus(t *testing.T) {
	atEachPlace(t, "addresses_invalid.txt", func(t *testing.T, row []string, place, address string, mails []*queue.Mail, err error) {
		require.Equal(t, "reject", row[2])
		want := writtenAround[row[0]]
		if want == "" || strings.Contains(address, "<") && strings.Contains(addressPlaces[place], "<{{.}}>") {
			require.Error(t, err)
			require.Less(t, len(err.Error()), 600)
			return
		}
		require.NoError(t, err)
		require.Equal(t, []string{want}, mails[0].To)
	})
}

// net/mail leaves quotes out, so that more is an address; it gets them back.
func TestInvalidAddressesOfNetMail(t *testing.T) {
	set := mustParse(t, files{"page.html": addressPlaces["alone"]})
	for _, row := range corpus(t, "addresses_invalid.txt") {
		address := payload(t, row[1])
		_, mails, err := execute(t, set, "page.html", mail.Address{Address: address})
		if err != nil {
			continue
		}
		require.NotEqual(t, address, mails[0].To[0], row[0])
		_, err = host.ParseMailbox(mails[0].To[0])
		require.NoError(t, err)
	}
}

// Domains go out in A-labels, in the header and in the envelope alike, or not at all.
func TestHomographsCorpus(t *testing.T) {
	atEachPlace(t, "idn_homographs.txt", func(t *testing.T, row []string, _, _ string, mails []*queue.Mail, err error) {
		verdict, label := row[2], row[3]
		switch verdict {
		case "reject", "normalise-or-reject":
			require.ErrorContains(t, err, "is no mailbox")
		case "convert", "convert+warn", "show A-label", "policy":
			require.NoError(t, err)
			require.Equal(t, []string{"ann@" + label}, mails[0].To)
			require.Contains(t, readMail(t, mails[0]).header.Get("To"), "ann@"+label)
		default:
			require.Fail(t, "no rule for the verdict "+verdict)
		}
	})
}

// The author's domain stands in the Message-ID, too.
func TestDomainOfTheAuthor(t *testing.T) {
	m := one(t, "{{sendmail `from` . `to` `a@b.example`}}", "ann@bücher.example")
	require.Equal(t, "ann@xn--bcher-kva.example", m.From)
	require.True(t, strings.HasSuffix(readMail(t, m).header.Get("Message-Id"), "@xn--bcher-kva.example>"))
}
