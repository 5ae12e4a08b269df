package tag

import (
	"fmt"
	"net/mail"
	"reflect"
	"strings"

	"github.com/go-mailhost/mailhost/tag/internal/compose"
)

func joinAddresses(list []compose.Address) string {
	texts := make([]string, len(list))
	for i, a := range list {
		texts[i] = a.String()
	}
	return strings.Join(texts, ", ")
}

// addressesOf returns the addresses that a value in an address header holds: of a
// typed list any number, of anything else exactly one.
func addressesOf(v any) ([]compose.Address, error) {
	switch v := v.(type) {
	case mail.Address:
		return each(compose.FromNetMail, &v)
	case *mail.Address:
		if v == nil {
			return nil, errNoValue
		}
		return each(compose.FromNetMail, v)
	case []mail.Address:
		list := make([]*mail.Address, len(v))
		for i := range v {
			list[i] = &v[i]
		}
		return each(compose.FromNetMail, list...)
	case []*mail.Address:
		return each(compose.FromNetMail, v...)
	case []string:
		return each(compose.ParseAddress, v...)
	}
	s, err := stringOf(v)
	if err != nil {
		return nil, err
	}
	if !isText(v) {
		return nil, fmt.Errorf("a value of type %T is no address: use a string, a mail.Address, []string, []mail.Address or []*mail.Address", v)
	}
	return each(compose.ParseAddress, s)
}

func isMailAddress(v any) bool {
	switch v.(type) {
	case mail.Address, *mail.Address:
		return true
	}
	return false
}

// isText reports whether a value is a string, or knows itself how to be one.
func isText(v any) bool {
	r := reflect.ValueOf(v)
	for r.Kind() == reflect.Pointer && !printsItself(r.Type()) {
		r = r.Elem()
	}
	return r.Kind() == reflect.String || printsItself(r.Type())
}

func each[T any](convert func(T) (compose.Address, error), values ...T) ([]compose.Address, error) {
	list := make([]compose.Address, 0, len(values))
	for _, v := range values {
		a, err := convert(v)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}
