package queue

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

func TestWhatIsNotKeptGoesWithTheRecord(t *testing.T) {
	for _, tt := range []struct {
		name     string
		cfg      Config
		to       string
		gone     bool
		withData bool
	}{
		{"sent", Config{}, "delivered", false, true},
		{"sent, but not kept", Config{KeepSent: -1}, "delivered", true, false},
		{"sent, its data not kept", Config{KeepBodies: -1}, "delivered", false, false},
		{"failed", Config{KeepSent: -1, KeepBodies: -1}, "permanent", false, true},
		{"failed, but deleted", Config{Undeliverable: Delete}, "permanent", true, false},
		{"deferred", Config{Undeliverable: Delete, KeepSent: -1, KeepBodies: -1}, "transient", false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := Memory()
				q := open(t, store, &relay{}, tt.cfg)
				m := letter(Immediate, tt.to)
				commit(t, q, m)
				synctest.Wait()
				got, err := store.Get(t.Context(), m.ID)
				if tt.gone {
					require.ErrorIs(t, err, ErrNotFound)
					return
				}
				require.NoError(t, err)
				require.Equal(t, tt.withData, got.Mail.Data != nil)
			})
		})
	}
}

func TestWhatCannotBeDecodedIsKeptInAnyCase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &rotten{Store: Memory()}
		q := open(t, store, nil, Config{})
		m := letter(Normal, "rotten")
		commit(t, q, m)
		store.id = m.ID
		other := open(t, store, &relay{}, Config{Undeliverable: Delete})
		synctest.Wait()
		require.Equal(t, errors.New("row: bad recipients").Error(), record(t, other, m).Last)
	})
}
