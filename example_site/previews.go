package main

import (
	"net/http"

	"github.com/go-mailhost/mailhost/tag"
	"github.com/go-mailhost/mailhost/tag/preview"
)

// previews shows every mail of the shop's pages with sample data. The gift card's
// is shown with the error that its page ends in.
func previews(pages *tag.Set) (http.Handler, error) {
	return preview.New(pages, preview.Config{
		Prefix:    "/mails",
		Home:      "/",
		Authorize: local,
		Samples: []preview.Sample{
			{Template: "order.html", Data: confirmedOrder{subscribers[1], order{"SAMPLE", products[0], 2}}},
			{Template: "newsletter.html", Data: sampleNews},
			{Template: "gift_card.html", Data: giftCard{"Patrick O'Brien, Jr.", subscribers[0], 5000}},
		},
	})
}
