package tag

import (
	"net/mail"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
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

func TestValidAddressesCorpus(t *testing.T) {
	for _, row := range corpus(t, "addresses_valid.txt") {
		address := payload(t, row[1])
		mailbox, err := host.ParseMailbox(address)
		if err != nil {
			require.Equal(t, "accept-policy", row[2])
			for place, page := range addressPlaces {
				require.Contains(t, failing(t, page, address), "no mailbox", place)
			}
			continue
		}
		for place, page := range addressPlaces {
			t.Run(row[0]+" "+place, func(t *testing.T) {
				m := one(t, page, address)
				require.Equal(t, []string{mailbox.String()}, m.To)
				require.Equal(t, row[2] == "accept-eai", mailbox.NeedsUTF8())
				to := readMail(t, m).header.Get("To")
				if place == "in angles" {
					require.Equal(t, "Ann <"+mailbox.String()+">", to)
					return
				}
				require.Equal(t, mailbox.String(), strings.Split(to, ", ")[0])
			})
		}
	}
}

// What people write around an address, which the envelope does not get.
var writtenAround = map[string]string{
	"isemail3.05-158": "test@iana.org", "misc-054": "user@example.com", // a blank
	"misc-029": "john.q.public@example.com", // a name
}

// What is no address is an error.
func TestInvalidAddressesCorpus(t *testing.T) {
	for _, row := range corpus(t, "addresses_invalid.txt") {
		require.Equal(t, "reject", row[2])
		address := payload(t, row[1])
		for place, page := range addressPlaces {
			t.Run(row[0]+" "+place, func(t *testing.T) {
				want := writtenAround[row[0]]
				if want == "" || strings.Contains(address, "<") && strings.Contains(page, "<{{.}}>") {
					require.Less(t, len(failing(t, page, address)), 600)
					return
				}
				require.Equal(t, []string{want}, one(t, page, address).To)
			})
		}
		// net/mail leaves quotes out, so that more is an address.
		_, mails, err := execute(t, mustParse(t, files{"page.html": addressPlaces["alone"]}), "page.html", mail.Address{Address: address})
		if err == nil {
			require.NotEqual(t, address, mails[0].To[0], row[0])
			_, err = host.ParseMailbox(mails[0].To[0])
			require.NoError(t, err)
		}
	}
}

// Domains go out in A-labels, in the header, the envelope and the Message-ID alike, or
// not at all.
func TestHomographsCorpus(t *testing.T) {
	for _, row := range corpus(t, "idn_homographs.txt") {
		domain, verdict, label := payload(t, row[1]), row[2], row[3]
		for place, page := range addressPlaces {
			t.Run(row[0]+" "+place, func(t *testing.T) {
				switch verdict {
				case "reject", "normalise-or-reject":
					require.Contains(t, failing(t, page, "ann@"+domain), "is no mailbox")
				case "convert", "convert+warn", "show A-label", "policy":
					m := one(t, page, "ann@"+domain)
					require.Equal(t, []string{"ann@" + label}, m.To)
					require.Contains(t, readMail(t, m).header.Get("To"), "ann@"+label)
				default:
					require.Fail(t, "no rule for the verdict "+verdict)
				}
			})
		}
		from := mustParse(t, files{"page.html": "{{sendmail `from` . `to` `a@b.example`}}"})
		_, mails, err := execute(t, from, "page.html", "ann@"+domain)
		if strings.Contains(verdict, "reject") {
			require.ErrorContains(t, err, "is no mailbox", row[0])
			continue
		}
		require.NoError(t, err)
		require.Equal(t, "ann@"+label, mails[0].From)
		require.True(t, strings.HasSuffix(readMail(t, mails[0]).header.Get("Message-Id"), "@"+label+">"))
	}
}
