package tag

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/go-mailhost/mailhost/tag/internal/compose"
)

// A headerDefault is a header line that mail without one of that name gets.
type headerDefault struct {
	header
	value string
}

// notDefaults are headers that Config.Headers cannot give, and what to do instead.
var notDefaults = map[string]string{
	"From": "set Config.From", "Reply-To": "set Config.ReplyTo",
	"To": adviceNoDefault, "Cc": adviceNoDefault, "Bcc": adviceNoDefault,
}

const adviceNoDefault = "name recipients in each mail, or add one to all in Config.Edit"

// headerDefaults checks the values of Config.Headers, and puts them in order.
func headerDefaults(values map[string]string) ([]headerDefault, error) {
	var list []headerDefault
	checked := &draft{addresses: map[string][]compose.Address{}}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		h, err := parseField(name, values[name])
		switch instead := notDefaults[h.name]; {
		case err != nil:
			return nil, err
		case instead != "":
			return nil, fmt.Errorf("the header %s cannot have a default: %s", h.name, instead)
		case checked.has(h.name):
			return nil, fmt.Errorf("the header %s stands twice, in upper and lower case: write it once", h.name)
		}
		if err := checked.line(h, values[name]); err != nil {
			return nil, err
		}
		if !checked.has(h.name) {
			return nil, fmt.Errorf("the header %s has no value: leave it out", h.name)
		}
		list = append(list, headerDefault{h, values[name]})
	}
	if checked.has("List-Unsubscribe-Post") && !checked.has("List-Unsubscribe") {
		return nil, errors.New("the header List-Unsubscribe-Post stands without List-Unsubscribe (RFC 8058 section 3.1): write both")
	}
	_, err := checked.message(0).Bytes() // they are not too large for any mail
	return list, err
}

// addHeaders gives a draft the headers that it does not have.
func (c *defaults) addHeaders(d *draft) error {
	unsubscribes := d.has("List-Unsubscribe")
	for _, h := range c.headers {
		if d.has(h.name) || unsubscribes && h.name == "List-Unsubscribe-Post" {
			continue // RFC 8058 section 3.1: it is said of the URL beside it
		}
		if err := d.line(h.header, h.value); err != nil {
			return err
		}
	}
	return nil
}
