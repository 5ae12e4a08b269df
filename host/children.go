package host

import (
	"errors"
	"fmt"
	"io"
)

// validateChild returns the mistakes of a host that stands behind another's
// field, each with the name of the field before it.
func validateChild(field string, h Host) error {
	v, ok := h.(interface{ Validate() error })
	if !ok {
		return nil
	}
	err := v.Validate()
	if err == nil {
		return nil
	}
	errs := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		errs = joined.Unwrap()
	}
	var named []error
	for _, err := range errs {
		named = append(named, fmt.Errorf("host: %s: %w", field, err))
	}
	return errors.Join(named...)
}

// closeChild closes a host that can be closed.
func closeChild(h Host) error {
	if c, ok := h.(io.Closer); ok {
		return c.Close()
	}
	return nil
}
