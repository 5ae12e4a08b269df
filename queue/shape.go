package queue

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// ShapeAges are the bounds of the ages by which a Shape counts.
var ShapeAges = [...]time.Duration{
	5 * time.Minute, 10 * time.Minute, 20 * time.Minute, 40 * time.Minute, 80 * time.Minute,
	160 * time.Minute, 320 * time.Minute, 640 * time.Minute, 1280 * time.Minute,
}

// A Shape tells which domains the recipients have that are pending, and for how long
// they have been there, as Postfix's qshape does: it shows which domain is stuck.
type Shape struct {
	Domains []DomainAge // those with the most pending recipients, the most first; then, with the Domain "", all others together
	Looked  int         // how many mails were looked at
	Whole   bool        // they are all that wait; else those that are due first
}

// A DomainAge counts the pending recipients of a domain.
type DomainAge struct {
	Domain  string // in lower case; "" stands for all that are not listed
	Waiting int
	Ages    [len(ShapeAges) + 1]int // by the time since the mail was committed: up to ShapeAges[0], up to ShapeAges[1], and so on; longer
}

// A ShapeCount counts recipients for a store's Shape, so that all stores count alike.
// The zero value is ready to use.
type ShapeCount struct {
	domains map[string]*DomainAge
}

// ShapeLimit is how many mails a store's Shape looks at.
const ShapeLimit = 100_000

// Add counts n pending recipients: an address, or nothing but an @ and a domain, of
// mails that were committed so long ago.
func (c *ShapeCount) Add(address string, age time.Duration, n int) {
	domain := strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
	d := c.domains[domain]
	if d == nil {
		if c.domains == nil {
			c.domains = map[string]*DomainAge{}
		}
		d = &DomainAge{Domain: domain}
		c.domains[domain] = d
	}
	d.add(age, n)
}

func (d *DomainAge) add(age time.Duration, n int) {
	i := 0
	for i < len(ShapeAges) && age > ShapeAges[i] {
		i++
	}
	d.Ages[i] += n
	d.Waiting += n
}

// Domains returns what was counted: most domains, 0 being 20 and 500 as many as there
// may be, and what all others come to.
func (c *ShapeCount) Domains(most int) []DomainAge {
	all := slices.SortedFunc(maps.Values(c.domains), func(a, b *DomainAge) int {
		return cmp.Or(b.Waiting-a.Waiting, cmp.Compare(a.Domain, b.Domain))
	})
	var list []DomainAge
	var others DomainAge
	for i, d := range all {
		if i < shapeLimit(most) {
			list = append(list, *d)
			continue
		}
		others.Waiting += d.Waiting
		for age, n := range d.Ages {
			others.Ages[age] += n
		}
	}
	if others.Waiting > 0 {
		list = append(list, others)
	}
	return list
}

func shapeLimit(most int) int {
	if most <= 0 {
		return 20
	}
	return min(most, 500)
}
