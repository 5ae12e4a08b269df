package queue

import "context"

type progressKey struct{}

// WithProgress returns a context under which Retry, Hold, Release, Delete and
// Reschedule call f after each batch, with how many mails they have changed so far.
func WithProgress(ctx context.Context, f func(n int)) context.Context {
	return context.WithValue(ctx, progressKey{}, f)
}

func progress(ctx context.Context, n int) {
	if f, ok := ctx.Value(progressKey{}).(func(n int)); ok {
		f(n)
	}
}
