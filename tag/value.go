package tag

import (
	"errors"
	"fmt"
	"reflect"
)

var errNoValue = errors.New("the value is nil or missing")

// valueGiven returns a value for html/template's escapers to print. nil is an error.
func valueGiven(v any) (any, error) {
	if _, err := behindPointers(v); err != nil {
		return nil, err
	}
	return printable(v), nil
}

// checkGiven reports the first of the values that cannot be printed.
func checkGiven(values ...any) error {
	for _, v := range values {
		if _, err := behindPointers(v); err != nil {
			return err
		}
	}
	return nil
}

// behindPointers returns what a value is behind the pointers that do not print themselves.
// nil is an error.
func behindPointers(v any) (reflect.Value, error) {
	r := reflect.ValueOf(v)
	for r.Kind() == reflect.Pointer && !r.IsNil() && !printsItself(r.Type()) {
		r = r.Elem()
	}
	switch r.Kind() {
	case reflect.Invalid:
		return r, errNoValue
	case reflect.Pointer, reflect.Map, reflect.Interface:
		if r.IsNil() {
			return r, errNoValue
		}
	case reflect.Chan, reflect.Func:
		return r, fmt.Errorf("a %s cannot be printed", r.Type())
	}
	return r, nil
}

// stringOf returns a value as text/template prints it. nil is an error.
func stringOf(v any) (string, error) {
	if s, ok := v.(string); ok {
		return s, nil // as most are
	}
	r, err := behindPointers(v)
	if err != nil {
		return "", err
	}
	// Called here and not by fmt, which would print a panic instead of passing it on.
	switch v := printable(r.Interface()).(type) {
	case error:
		return v.Error(), nil
	case fmt.Stringer:
		return v.String(), nil
	default:
		return fmt.Sprint(v), nil
	}
}

// printable returns a pointer to a copy of a value where only a pointer prints itself,
// as with mail.Address and url.URL. text/template does so for a value in a variable or
// behind a pointer, which an escaper cannot tell from others.
func printable(v any) any {
	t := reflect.TypeOf(v)
	if printsItself(t) || !printsItself(reflect.PointerTo(t)) {
		return v
	}
	p := reflect.New(t)
	p.Elem().Set(reflect.ValueOf(v))
	return p.Interface()
}

var (
	errorType    = reflect.TypeFor[error]()
	stringerType = reflect.TypeFor[fmt.Stringer]()
)

func printsItself(t reflect.Type) bool { return t.Implements(errorType) || t.Implements(stringerType) }
