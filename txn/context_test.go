package txn_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/txn"
)

func TestContextCarriesTheTransaction(t *testing.T) {
	tx := txn.Begin(&committer{})
	require.Same(t, tx, txn.FromContext(txn.NewContext(t.Context(), tx)))
}

func TestNoTransaction(t *testing.T) {
	tx := txn.FromContext(context.Background())
	require.Nil(t, tx)
	for name, err := range map[string]error{
		"Add":        tx.Add(mail("a")),
		"RollbackTo": tx.RollbackTo(tx.Savepoint()),
		"Commit":     tx.Commit(t.Context()),
		"Rollback":   tx.Rollback(),
	} {
		require.ErrorIs(t, err, txn.ErrNoTxn, name)
		require.ErrorContains(t, err, "txn.Handler", "%s says what to do", name)
	}
	tx.Doom(errors.New("nothing to doom"))
}
