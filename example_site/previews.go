package main

import (
	"net/http"

	"github.com/go-mailhost/mailhost/tag"
	"github.com/go-mailhost/mailhost/tag/preview"
)

// A paidCard is a gift card whose payment succeeds, for a page that fails has no mail
// to show.
type paidCard struct{ giftCard }

func (c paidCard) Charge() (string, error) { return c.Amount.String(), nil }

// previews shows every mail of the shop's pages with sample data.
func previews(pages *tag.Set) (http.Handler, error) {
	return preview.New(pages, preview.Config{
		Prefix:    "/mails",
		Home:      "/",
		Authorize: local,
		Samples: []preview.Sample{
			{Template: "order.html", Data: confirmedOrder{subscribers[1], order{"SAMPLE", products[0], 2}}},
			{Template: "newsletter.html", Data: sampleNews},
			{Template: "gift_card.html", Data: paidCard{giftCard{"Patrick O'Brien, Jr.", subscribers[0], 5000}}},
		},
	})
}
