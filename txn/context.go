package txn

import "context"

type contextKey struct{}

// NewContext returns a context that carries tx.
func NewContext(ctx context.Context, tx *Txn) context.Context {
	return context.WithValue(ctx, contextKey{}, tx)
}

// FromContext returns the transaction that ctx carries, or nil. The methods of
// a nil *Txn return [ErrNoTxn], so the result need not be checked.
func FromContext(ctx context.Context) *Txn {
	tx, _ := ctx.Value(contextKey{}).(*Txn)
	return tx
}
