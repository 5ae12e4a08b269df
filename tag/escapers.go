package tag

import (
	"fmt"
	"html/template"
	"strings"
	texttemplate "text/template"

	"github.com/go-mailhost/mailhost/tag/internal/compose"
)

// The functions that the analysis appends to a block's values, one for each kind
// of place, and those by which a lifted block reaches its surroundings.
const (
	lineFunc          = "_mail_line"      // the text of an unstructured header
	phraseFunc        = "_mail_phrase"    // a display name
	quotedFunc        = "_mail_quoted"    // inside a quoted display name
	mailboxFunc       = "_mail_mailbox"   // alone inside <…>
	addressesFunc     = "_mail_addresses" // alone between commas
	pieceFunc         = "_mail_piece"     // a part of one address
	undecidedFunc     = "_mail_undecided" // an address or a name: until it is known which
	messageIDsFunc    = "_mail_msgid"     // Message-IDs
	messageIDPartFunc = "_mail_msgidpart" // inside the <…> of a Message-ID
	textFunc          = "_mail_text"      // a text
	valueFunc         = "_mail_value"     // HTML, before html/template's own escapers
	conditionFunc     = "_mail_condition" // an end of a conditional comment

	outerFunc = "_mail_outer" // a variable of the page
	bodyFunc  = "_mail_body"  // the headers end here
	trialFunc = "_mail_trial" // ends a trial
)

var escaperFuncs = texttemplate.FuncMap{
	lineFunc: lineOf, phraseFunc: escapePhrase, quotedFunc: escapeQuoted, mailboxFunc: escapeMailbox,
	addressesFunc: escapeAddresses, pieceFunc: escapePiece, undecidedFunc: unbound,
	messageIDsFunc: escapeMessageIDs, messageIDPartFunc: escapeMessageIDPart, valueFunc: valueGiven,
	conditionFunc: func(s string) template.HTML { return template.HTML(s) },
	trialFunc:     func() (string, error) { return "", errTrial },
	textFunc:      unbound, outerFunc: unbound, bodyFunc: unbound,
}

// unbound stands for a function that each runner has one of its own of.
func unbound(...any) (string, error) { return "", errNotPrepared }

// lineOf returns a value as text that fits into one line: line breaks and other
// controls become one space.
func lineOf(v any) (string, error) {
	s, err := stringOf(v)
	if err != nil {
		return "", err
	}
	return compose.Line(s), nil
}

func escapePhrase(v any) (string, error) {
	s, err := escapeQuoted(v)
	return `"` + s + `"`, err
}

func escapeQuoted(v any) (string, error) {
	s, err := lineOf(v)
	return compose.Quote(s), err
}

// escapeMailbox returns the one address of a value. The name of a [mail.Address] goes,
// for another stands before the angle brackets; a text that has one may be a mistake.
func escapeMailbox(v any) (string, error) {
	list, err := addressesOf(v)
	if err != nil {
		return "", err
	}
	if len(list) != 1 {
		return "", fmt.Errorf("%d addresses stand between < and >: write the list alone, without a name", len(list))
	}
	if list[0].Name != "" && !isMailAddress(v) {
		return "", fmt.Errorf("%s stands between < and >: only the address may", list[0])
	}
	return list[0].Mailbox.String(), nil
}

func escapeAddresses(v any) (string, error) {
	list, err := addressesOf(v)
	return joinAddresses(list), err
}

// escapePiece lets through what cannot end the address of which it is a part.
func escapePiece(v any) (string, error) {
	s, err := stringOf(v)
	if err != nil {
		return "", err
	}
	if i := strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune(`()<>[]:;@\,"`, r) }); i >= 0 {
		return "", fmt.Errorf("%q cannot be a part of an address: put a comma between addresses, and write Name <address>", clip(s))
	}
	return s, nil
}

// clip cuts what a message quotes.
func clip(s string) string {
	if len(s) <= 80 {
		return s
	}
	return strings.ToValidUTF8(s[:80], "") + "…"
}
