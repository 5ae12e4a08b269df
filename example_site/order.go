package main

import (
	"crypto/rand"
	"net/http"
)

type customer struct {
	Name  string
	Email string
}

type order struct {
	ID       string
	Product  product
	Quantity int
}

// Total returns what the order costs.
func (o order) Total() money { return o.Product.Price * money(o.Quantity) }

// A confirmedOrder is what the page that thanks for an order shows.
type confirmedOrder struct {
	Customer customer
	Order    order
}

func (s *site) showOrderForm(w http.ResponseWriter, r *http.Request) {
	s.askOrder(w, r, newForm(map[string]string{"product": r.URL.Query().Get("product"), "quantity": "1"}))
}

func (s *site) askOrder(w http.ResponseWriter, r *http.Request, f *form) {
	hint := "Any address will do: the mail server inside this shop passes nothing on. " +
		"To see mail fail, order with one of these: 550@example.com is refused for good and 451@example.com for now, " +
		"slow@example.com is answered after three seconds, and drop-after-dot@example.com takes the mail and hangs up without a word."
	if s.inbox == nil {
		hint = "Use your own: mail goes to " + s.smtp.Addr + ", which may pass it on."
	}
	s.show(w, r, f.status(), "order_form.html", struct {
		*form
		Products []product
		Hint     string
	}{f, products, hint})
}

// takeOrder shows the page whose template sends the confirmation.
func (s *site) takeOrder(w http.ResponseWriter, r *http.Request) {
	f := s.readForm(w, r)
	if f == nil {
		return
	}
	c := customer{f.text("name", "Your name", 100), f.address("email", "Your mail address")}
	o := order{orderID(), f.product("product"), f.number("quantity", "The quantity", 1, 99)}
	if f.bad() {
		s.askOrder(w, r, f)
		return
	}
	s.show(w, r, http.StatusOK, "order.html", confirmedOrder{c, o})
}

// orderID returns a number that processes on the same folder do not share.
func orderID() string { return rand.Text()[:8] }
