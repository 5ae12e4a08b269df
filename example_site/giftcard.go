package main

import (
	"errors"
	"net/http"
)

var errDeclined = errors.New("the card was declined")

type giftCard struct {
	From   string
	To     customer
	Amount money
}

// Charge takes the payment for the card, which this shop's bank always declines.
// The template calls it behind the mail block.
func (giftCard) Charge() (string, error) { return "", errDeclined }

func (s *site) showGiftCardForm(w http.ResponseWriter, r *http.Request) {
	s.askGiftCard(w, r, newForm(map[string]string{"amount": "50"}))
}

func (s *site) askGiftCard(w http.ResponseWriter, r *http.Request, f *form) {
	s.show(w, r, f.status(), "gift_card_form.html", f)
}

func (s *site) sellGiftCard(w http.ResponseWriter, r *http.Request) {
	f := s.readForm(w, r)
	if f == nil {
		return
	}
	card := giftCard{
		From:   f.text("from", "Your name", 100),
		To:     customer{f.text("name", "Your friend's name", 100), f.address("email", "Your friend's mail address")},
		Amount: money(f.number("amount", "The amount", 10, 500) * 100),
	}
	if f.bad() {
		s.askGiftCard(w, r, f)
		return
	}
	s.show(w, r, http.StatusOK, "gift_card.html", card)
}
