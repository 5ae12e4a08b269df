package manage

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
)

// Bounds of a request, in bytes. Fifty ids and the longest search, escaped, fit.
const (
	maxQuery = 8 << 10
	maxBody  = 256 << 10
)

// repeatable is what may be given more than once.
const repeatable = "id"

// input returns what the request gives: the query of a GET, the form or the JSON
// object of a POST; or the answer that says what is wrong with it.
func (v *visit) input(w http.ResponseWriter, where place) (url.Values, *answer) {
	in, err := query(v.r.URL)
	if err == nil && !reads(v.r) {
		if len(in) > 0 {
			err = errors.New("a POST takes nothing in its query")
		} else {
			v.r.Body = http.MaxBytesReader(w, v.r.Body, maxBody)
			in, err = body(v.r)
		}
	}
	if err == nil {
		err = check(in, where.takes)
	}
	if long := (*http.MaxBytesError)(nil); errors.As(err, &long) {
		a := refuse(http.StatusRequestEntityTooLarge, "Too long", fmt.Sprintf("What is sent here may have %d bytes.", maxBody))
		return nil, &a
	}
	if err != nil {
		a := badRequest(err.Error())
		return nil, &a
	}
	return in, nil
}

func query(u *url.URL) (url.Values, error) {
	if len(u.RawQuery) > maxQuery {
		return nil, fmt.Errorf("the query is longer than %d bytes", maxQuery)
	}
	in, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, fmt.Errorf("the query is not well-formed: %w", err)
	}
	return in, nil
}

func body(r *http.Request) (url.Values, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err == nil && kind == "application/x-www-form-urlencoded":
		if err := r.ParseForm(); err != nil {
			return nil, fmt.Errorf("the form is not well-formed: %w", err)
		}
		return r.PostForm, nil
	case err == nil && kind == "application/json":
		return object(r)
	}
	return nil, errors.New("send a form (application/x-www-form-urlencoded) or JSON (application/json)")
}

// object reads a JSON object of texts and lists of texts.
func object(r *http.Request) (url.Values, error) {
	var fields map[string]any
	if err := json.NewDecoder(r.Body).Decode(&fields); err != nil {
		return nil, fmt.Errorf("the JSON is not well-formed: %w", err)
	}
	in := url.Values{}
	for name, value := range fields {
		list, ok := value.([]any)
		if !ok {
			list = []any{value}
		}
		for _, item := range list {
			text, ok := item.(string)
			if !ok {
				return nil, fmt.Errorf("%q must be a text, or a list of texts", name)
			}
			in.Add(name, text)
		}
	}
	return in, nil
}

// check returns what is wrong with the names.
func check(in url.Values, takes []string) error {
	for name, values := range in {
		if !slices.Contains(takes, name) {
			return fmt.Errorf("this page takes no %q", name)
		}
		if len(values) > 1 && name != repeatable {
			return fmt.Errorf("%q is given more than once", name)
		}
	}
	return nil
}
