package manage

import "net/http"

// refusal is the content of a page that says why there is no other.
type refusal struct {
	Text   string
	Sample string // Go code, or ""
}

var (
	notOpened = answer{
		status: http.StatusForbidden, page: "refusal", title: "These pages are closed",
		content: refusal{
			Text: "Nobody may see the queues until the application says who may. " +
				"Its author opens them with Config.Authorize:",
			Sample: `manage.New(q, manage.Config{
	Prefix: "/queues",
	Authorize: func(r *http.Request, right manage.Right) bool {
		return isOperator(r) // your own check
	},
})`,
		},
	}
	forbidden = refuse(http.StatusForbidden, "Not allowed",
		"You may not see the queues. Log in as someone who may, or ask the operator of this site.")
	wrongMethod = refuse(http.StatusMethodNotAllowed, "These pages only show",
		"Nothing can be changed here: use GET or HEAD.")
	noPage = refuse(http.StatusNotFound, "No such page",
		"There is an overview, a list for each queue, and a page for each mail.")
	noMail = refuse(http.StatusNotFound, "No such mail",
		"No mail has this id. It may have been deleted since.")
)

// badQuery answers a query that cannot be understood.
func badQuery(text string) answer {
	return refuse(http.StatusBadRequest, "This address cannot be read", text)
}

// broken answers a request that the store failed.
func broken(err error) answer {
	return refuse(http.StatusInternalServerError, "The queues cannot be read",
		"Mail that was committed is not lost. The store says: "+err.Error())
}

func refuse(status int, title, text string) answer {
	return answer{status: status, page: "refusal", title: title, content: refusal{Text: text}}
}
