package queue

import "time"

// A Filter says which mails are meant: those that meet all its conditions. Its
// zero value matches all. Text is found anywhere in its field, with ASCII
// letters in either case. [ParseFilter] reads one from a query, and String writes it.
type Filter struct {
	All         bool     // must be said to change all mail; no condition
	IDs         []string // one of these; nil: any
	State       State
	Lane        *Lane             // nil: any
	Route       *string           // nil: any
	To          string            // of some recipient; where it begins with @: a recipient's whole domain
	From        string            // of the reverse-path
	Subject     string            // of the subject
	Last        string            // of Entry.Last, the last words about it
	Words       []string          // each of some recipient, of the reverse-path or of the subject
	Transaction string            // Mail.Transaction, exactly; "": any
	Meta        map[string]string // these values under these keys, exactly
	Since       time.Time         // committed then or later; zero: any time
	Until       time.Time         // committed before; zero: any time
}

// empty tells whether the filter says nothing.
func (f *Filter) empty() bool {
	return !f.All && f.IDs == nil && f.State == AnyState && f.Lane == nil && f.Route == nil &&
		f.To == "" && f.From == "" && f.Subject == "" && f.Last == "" && len(f.Words) == 0 &&
		f.Transaction == "" && len(f.Meta) == 0 &&
		f.Since.IsZero() && f.Until.IsZero()
}
