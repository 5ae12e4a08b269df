package preview

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A jsonError is what is wrong with a text in JSON, and where.
type jsonError struct {
	line, column int // from 1, column in bytes
	what         string
}

func (e *jsonError) Error() string { return fmt.Sprintf("%d:%d: %s", e.line, e.column, e.what) }

// newJSONError finds the line and column of a byte.
func newJSONError(data []byte, at int64, what string) *jsonError {
	before := data[:min(max(at, 0), int64(len(data)))]
	return &jsonError{
		line:   bytes.Count(before, []byte("\n")) + 1,
		column: len(before) - bytes.LastIndexByte(before, '\n'),
		what:   what,
	}
}

// parseJSON returns the value that a text in JSON (RFC 8259) is: numbers are int or
// float64, objects map[string]any, arrays []any.
func parseJSON(data []byte) (any, error) {
	data = bytes.TrimPrefix(data, []byte("\uFEFF")) // RFC 8259 section 8.1: may be ignored
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, explain(data, err)
	}
	end := d.InputOffset()
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		skipped := len(data[end:]) - len(bytes.TrimLeft(data[end:], " \t\r\n"))
		return nil, newJSONError(data, end+int64(skipped), "something stands behind the value: a file holds one")
	}
	value, err := numbers(value)
	var bad *numberError
	if errors.As(err, &bad) {
		return nil, newJSONError(data, int64(bytes.Index(data, []byte(bad.text))), bad.Error())
	}
	return value, err
}

// explain says where and what the decoder did not understand.
func explain(data []byte, err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return newJSONError(data, syntax.Offset-1, strings.TrimPrefix(syntax.Error(), "json: "))
	case errors.Is(err, io.ErrUnexpectedEOF):
		return newJSONError(data, int64(len(data)), "the value is not ended: a bracket, a brace or a quote is missing")
	case errors.Is(err, io.EOF):
		return newJSONError(data, int64(len(data)), "the file is empty: write {} for no data")
	}
	return newJSONError(data, 0, err.Error())
}

// A numberError is a number that no value of Go holds.
type numberError struct{ text string }

func (e *numberError) Error() string {
	return fmt.Sprintf("the number %s is too large: write it as a string", e.text)
}

// numbers makes numbers of the numbers in a value, so that templates can compare
// and format them.
func numbers(value any) (any, error) {
	var err error
	switch v := value.(type) {
	case json.Number:
		return number(v)
	case []any:
		for i := range v {
			if v[i], err = numbers(v[i]); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for name := range v {
			if v[name], err = numbers(v[name]); err != nil {
				return nil, err
			}
		}
	}
	return value, nil
}

// number returns an int for a whole number and a float64 for one with a point or an
// exponent, as in a literal of Go.
func number(n json.Number) (any, error) {
	var value any
	var err error
	if strings.ContainsAny(n.String(), ".eE") {
		value, err = strconv.ParseFloat(n.String(), 64)
	} else {
		value, err = strconv.Atoi(n.String())
	}
	if err != nil {
		return nil, &numberError{n.String()}
	}
	return value, nil
}

var errTooLong = errors.New("it is too long")

// readBounded reads at most limit bytes.
func readBounded(r io.Reader, limit int) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	if err == nil && len(data) > limit {
		err = fmt.Errorf("%w: at most %d bytes are read", errTooLong, limit)
	}
	return data, err
}
