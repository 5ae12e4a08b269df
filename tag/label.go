package tag

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What a queue takes at most, in bytes, so that a mail beyond it fails with the
// place in the template and not when the page's transaction commits.
const (
	maxKey   = 200
	maxRoute = 100
	maxMeta  = 4 << 10 // keys and values together
)

// setKey takes the idempotency key. An empty one would let a mail go twice that
// should not.
func (d *draft) setKey(_ string, v any) (err error) {
	if d.key, err = stringOf(v); err != nil {
		return err
	}
	return checkKey(d.key)
}

func checkKey(s string) error {
	switch {
	case strings.TrimSpace(s) == "":
		return errors.New("the key is empty")
	case len(s) > maxKey:
		return fmt.Errorf("the key has %d bytes: use at most %d", len(s), maxKey)
	}
	return checkPlain("key", s)
}

func (d *draft) setOnce(string, any) error { d.once = true; return nil }

func (d *draft) setRoute(_ string, v any) (err error) {
	if d.route, err = stringOf(v); err != nil {
		return err
	}
	return checkRoute(d.route)
}

func checkRoute(s string) error {
	switch {
	case strings.TrimSpace(s) == "":
		return errors.New("the route is empty")
	case len(s) > maxRoute:
		return fmt.Errorf("the route has %d bytes: use at most %d", len(s), maxRoute)
	}
	return checkPlain("route", s)
}

// checkPlain holds a name to text that every store keeps and every list shows.
func checkPlain(what, s string) error {
	switch {
	case !utf8.ValidString(s):
		return fmt.Errorf("the %s %q is not UTF-8", what, clip(s))
	case strings.ContainsFunc(s, unicode.IsControl):
		return fmt.Errorf("the %s %q has a control character", what, clip(s))
	}
	return nil
}

// setMeta takes one key of the application's own with its value.
func (d *draft) setMeta(key string, v any) error {
	value, err := stringOf(v)
	if err == nil {
		err = checkMetaKey(key)
	}
	if err != nil {
		return err
	}
	if d.meta == nil {
		d.meta = map[string]string{}
	}
	d.meta[key] = value
	return checkMeta(d.meta)
}

func checkMetaKey(key string) error {
	if strings.TrimSpace(key) == "" {
		return errors.New("the key of meta is empty")
	}
	return checkPlain("key of meta", key)
}

func checkMeta(meta map[string]string) error {
	size := 0
	for key, value := range meta {
		size += len(key) + len(value)
	}
	if size > maxMeta {
		return fmt.Errorf("the values of meta have %d bytes with their keys: use at most %d", size, maxMeta)
	}
	return nil
}
