package manage

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
)

const maxQuery = 200 // bytes

// mailID is what a queue's ids look like.
var mailID = regexp.MustCompile(`^[0-9a-v]{26}$`)

// checkQuery returns what is wrong with the query, or "". Each name that is
// known may be given once, with a mail's id.
func checkQuery(u *url.URL, known ...string) string {
	if len(u.RawQuery) > maxQuery {
		return fmt.Sprintf("The query is longer than %d bytes.", maxQuery)
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return "The query is not well-formed: " + err.Error() + "."
	}
	for name, values := range query {
		switch {
		case !slices.Contains(known, name):
			return fmt.Sprintf("This page takes no %q in its query.", name)
		case len(values) > 1:
			return fmt.Sprintf("%q is given more than once.", name)
		case !mailID.MatchString(values[0]):
			return fmt.Sprintf("%q must be the id of a mail: 26 letters and digits.", name)
		}
	}
	return ""
}
