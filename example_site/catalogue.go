package main

import (
	"fmt"
	"net/http"
)

// money is an amount in cents.
type money int

func (m money) String() string { return fmt.Sprintf("$%d.%02d", m/100, m%100) }

type product struct {
	ID    string
	Name  string
	Text  string
	Price money
}

var products = []product{
	{"magnet", "Horseshoe magnet", "Finds keys, spoons and the neighbour's bicycle.", 24_00},
	{"balloon", "Hot-air balloon", "Leaves when you want. Arrives where it wants.", 950_00},
	{"hole", "Portable hole", "Unrolls on any wall. Please do not store it in itself.", 89_50},
}

// product returns the product that a field of the form names.
func (f *form) product(field string) product {
	for _, p := range products {
		if p.ID == f.Values[field] {
			return p
		}
	}
	f.Problems[field] = "The product is not one of ours: choose one from the list."
	return product{}
}

func (s *site) showHome(w http.ResponseWriter, r *http.Request) {
	s.show(w, r, http.StatusOK, "home.html", products)
}
