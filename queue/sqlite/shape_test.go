package sqlite

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

// shapeWithin returns a shape, and how many recipients it counts.
func shapeWithin(t *testing.T, s *Store, mails, recipients int) (shape *queue.Shape, waiting int) {
	t.Helper()
	shape, err := s.shape(t.Context(), queue.AnyState, 500, shapeBound{mails, recipients})
	require.NoError(t, err)
	for _, d := range shape.Domains {
		waiting += d.Waiting
	}
	return shape, waiting
}

func TestShapeLooksAtWhatIsDueFirst(t *testing.T) {
	s, _ := openNew(t)
	require.NoError(t, s.Insert(t.Context(), newMails(0, 50)))
	setUp(t, s, "UPDATE mailhost_mail SET due = 1000 - seq, lane = seq % 3")
	setUp(t, s, "UPDATE mailhost_recipient SET address = 'a@last.example' WHERE mail <= 10")
	for mails, whole := range map[int]bool{39: false, 40: false, 49: false, 50: true, 51: true} {
		shape, waiting := shapeWithin(t, s, mails, 1000)
		require.Equal(t, min(mails, 50), shape.Looked)
		require.Equal(t, min(mails, 50), waiting)
		require.Equal(t, whole, shape.Whole, "%d mails", mails)
		if mails <= 40 {
			require.Len(t, shape.Domains, 1, "those of last.example are due last")
		}
	}
}

func TestShapeCountsABoundedNumberOfRecipients(t *testing.T) {
	s, _ := openNew(t)
	mails := newMails(0, 3)
	for range 100 {
		mails[1].To = append(mails[1].To, "a@many.example")
	}
	require.NoError(t, s.Insert(t.Context(), mails))
	setUp(t, s, "UPDATE mailhost_mail SET due = seq")
	for recipients, looked := range map[int]int{1: 1, 2: 2, 102: 2, 103: 3} {
		shape, waiting := shapeWithin(t, s, 1000, recipients)
		require.Equal(t, looked, shape.Looked, "%d recipients", recipients)
		require.Equal(t, looked == 3, shape.Whole)
		require.Equal(t, map[int]int{1: 1, 2: 102, 3: 103}[looked], waiting, "a mail that was begun is counted whole")
	}
}

func TestShapeCountsByAgeOfItsMail(t *testing.T) {
	s, _ := openNew(t)
	require.NoError(t, s.Insert(t.Context(), newMails(0, 3)))
	hour := time.Hour.Microseconds()
	require.NoError(t, s.write(t.Context(), func(w *writer) error {
		_, err := w.exec("UPDATE mailhost_mail SET queued = queued - ? WHERE seq = 2", hour)
		return err
	}))
	shape, _ := shapeWithin(t, s, 1000, 1000)
	require.Equal(t, [10]int{0: 2, 4: 1}, shape.Domains[0].Ages)
}
