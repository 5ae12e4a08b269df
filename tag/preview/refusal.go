package preview

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-mailhost/mailhost/queue/decode"
	"github.com/go-mailhost/mailhost/tag"
)

// refusal is the content of a page that says why there is no other.
type refusal struct {
	Text     string
	Error    string       // of a sample, or ""
	Mistakes tag.Mistakes // in the templates, or none
	Sample   string       // Go code, or ""
	Instead  string       // URL of a mail that there is, or ""
}

var (
	notOpened = answer{
		status: http.StatusForbidden, page: "refusal", title: "These pages are closed",
		content: refusal{
			Text: "Nobody may see the mails until the application says who may. " +
				"Its author opens them with Config.Authorize:",
			Sample: `preview.New(set, preview.Config{
	Prefix: "/mails",
	Authorize: func(r *http.Request) bool {
		return developing // your own check
	},
})`,
		},
	}
	forbidden = refuse(http.StatusForbidden, "Not allowed",
		"You may not see the mails. Log in as someone who may, or ask the operator of this site.")
	wrongMethod = refuse(http.StatusMethodNotAllowed, "These pages only show",
		"Nothing can be changed here: use GET or HEAD.")
	noPage = refuse(http.StatusNotFound, "No such page",
		"There is a list of the mails, and a page for each mail.")
)

// wrongHost answers a request by a name that is not known to be this machine's.
func wrongHost(host string) answer {
	return answer{
		status: http.StatusForbidden, page: "refusal", title: "Not by this name",
		content: refusal{
			Text: fmt.Sprintf("These pages answer to localhost only, not to %q. Ask for them there, or let the application name this host:", decode.Clean(host)),
			Sample: `preview.New(set, preview.Config{
	Hosts: []string{"staging.acme.example"},
})`,
		},
	}
}

// badQuery answers a query that cannot be understood.
func badQuery(err error) answer {
	return refuse(http.StatusBadRequest, "This address cannot be read", sentence(err.Error()))
}

// noMail answers a request for a mail that the sample does not send.
func (h *handler) noMail(at address, of int) answer {
	content := refusal{Text: fmt.Sprintf("The sample %q sends %s: there is no mail %d.", at.key(), plural(of, "mail"), at.Mail)}
	if of > 0 {
		at.Mail = of
		content.Instead = at.url(h.prefix, pageMail)
	}
	return answer{status: http.StatusNotFound, page: "refusal", title: "No such mail", content: content}
}

// mistaken answers while the templates have mistakes.
func mistaken(err error) answer {
	content := refusal{Text: "The templates were changed and cannot be used. Mend them and load this page again.", Error: err.Error()}
	if errors.As(err, &content.Mistakes) {
		content.Error = ""
	}
	return answer{status: http.StatusInternalServerError, page: "refusal", title: "Mistakes in the templates", content: content}
}

// failed answers for a sample that cannot be executed.
func failed(s sample, err error) answer {
	if errors.Is(err, errNoSample) {
		return refuse(http.StatusNotFound, "No such sample", sentence(err.Error()))
	}
	return answer{
		status: http.StatusInternalServerError, page: "refusal", title: "This sample fails",
		content: refusal{
			Text:  fmt.Sprintf("The sample %q makes no mail:", s.key()),
			Error: plainError(err),
		},
	}
}

// plainError returns an error without the name of the package, which the page says
// by what it is.
func plainError(err error) string { return strings.TrimPrefix(err.Error(), "tag: ") }

func refuse(status int, title, text string) answer {
	return answer{status: status, page: "refusal", title: title, content: refusal{Text: text}}
}

// sentence makes a sentence of an error.
func sentence(text string) string {
	text = strings.TrimSuffix(text, ".")
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
