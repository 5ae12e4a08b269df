package tag

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/txn"
)

type panicking struct{}

func (panicking) Write([]byte) (int, error) { panic(errBroken) }

// A handler around may recover from the panic and answer; the page was not written.
func TestPanicKeepsTheMailBack(t *testing.T) {
	set, err := Config{Edit: func(_ context.Context, m *Message) error {
		if m.Subject == "panic" {
			panic(errBroken)
		}
		return nil
	}}.ParseFS(files{"page.html": "page {{sendmail " + fromTo + " \"text\" \"x\"}}", "m.mail": "From: a@b.example\nTo: {{.}}\nSubject: panic\n\nx"}.fs(), "*")
	require.NoError(t, err)
	for name, fail := range map[string]func(context.Context){
		"writer": func(ctx context.Context) { set.Execute(ctx, panicking{}, "page.html", nil) },
		"edit":   func(ctx context.Context) { set.Send(ctx, "m.mail", victim) },
	} {
		var c committed
		tx := txn.Begin(&c)
		ctx := txn.NewContext(context.Background(), tx)
		require.Panics(t, func() { fail(ctx) }, name)
		require.ErrorIs(t, tx.Commit(ctx), txn.ErrDoomed, name)
		require.Empty(t, c.mails, name)
	}
}
