package manage

import (
	"github.com/go-mailhost/mailhost/queue"
)

const togetherShown = 10 // mails of the same transaction that the page of one lists

// together returns the mails of the same transaction, and the search that finds them
// all; none where the mail was committed alone.
func (v *visit) together(record *queue.Record) ([]queue.Entry, string, error) {
	if record.Mail.Transaction == "" {
		return nil, "", nil
	}
	filter := queue.Filter{Transaction: record.Mail.Transaction}
	page, err := v.fill(filter, "", togetherShown)
	return page.entries, filter.String(), err
}
