package preview

import "context"

// load returns a Load that returns this.
func load(data any, err error) func(context.Context) (any, error) {
	return func(context.Context) (any, error) { return data, err }
}
