package tagtest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// recorded is a recorder of a fake test, with a mail for each address.
func recorded(t *testing.T, f *fakeT, to ...string) *Recorder {
	t.Helper()
	r := New(f)
	for i, address := range to {
		commit(t, r, letter(fmt.Sprintf("Subject: Order %d\n\nhello\n", i+1), address))
	}
	return r
}

func TestChoosing(t *testing.T) {
	r := New(t)
	r.None()
	require.Empty(t, r.Mails())
	r.Count(0)
	commit(t, r, letter("Subject: 1\n\n", "ann@example.com"))
	require.Equal(t, "1", r.One().Subject)
	commit(t, r, letter("Subject: 2\n\n", "bob@example.com", "carol@example.com"), letter("Subject: 3\n\n", "dan@example.com"))
	require.Equal(t, "2", r.Mails()[1].Subject)
	require.Equal(t, "3", r.Count(3)[2].Subject)
	require.Equal(t, "2", r.To("carol@EXAMPLE.com").Subject)
	require.Len(t, r.Wait(t.Context(), 2), 3)
	r.Reset()
	r.None()
}

func TestChoosingFails(t *testing.T) {
	ended := func() context.Context {
		ctx, cancel := context.WithCancelCause(context.Background())
		cancel(errors.New("too late"))
		return ctx
	}()
	const ann, bob = "ann@example.com", "bob@example.com"
	for _, tt := range []struct {
		name  string
		to    []string
		use   func(r *Recorder)
		want  string
		ended bool
	}{
		{"one of none", nil, func(r *Recorder) { r.One() }, "tagtest: no mail was sent, want 1 mail", true},
		{"one of two", []string{ann, bob}, func(r *Recorder) { r.One() },
			"tagtest: 2 mails were sent, want 1 mail:\n  1. to ann@example.com: Order 1\n  2. to bob@example.com: Order 2", true},
		{"three of one", []string{ann}, func(r *Recorder) { r.Count(3) },
			"tagtest: 1 mail was sent, want 3 mails:\n  1. to ann@example.com: Order 1", true},
		{"none of one", []string{ann}, func(r *Recorder) { r.None() },
			"tagtest: 1 mail was sent, want none:\n  1. to ann@example.com: Order 1", false},
		{"nobody's", []string{ann}, func(r *Recorder) { r.To(bob) },
			"tagtest: no mail was sent to bob@example.com, want one:\n  1. to ann@example.com: Order 1", true},
		{"two to one", []string{ann, ann}, func(r *Recorder) { r.To(ann) },
			"tagtest: 2 mails were sent to ann@example.com, want one:\n  1. to ann@example.com: Order 1\n  2. to ann@example.com: Order 2", true},
		{"it did not come", []string{ann}, func(r *Recorder) { r.Wait(ended, 2) },
			"tagtest: waited for 2 mails: too late: 1 mail was sent:\n  1. to ann@example.com: Order 1", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := fails(t, func(f *fakeT) { tt.use(recorded(t, f, tt.to...)) })
			require.Equal(t, []string{"choose_test.go: " + tt.want}, f.failures)
			require.Equal(t, tt.ended, f.ended)
		})
	}
}

func TestListNamesTheCommitThatFailed(t *testing.T) {
	text := failure(t, func(f *fakeT) {
		r := New(f)
		if err := r.Commit(t.Context(), letter("Subject: x\n\n", "ann")); err == nil {
			t.Error("no error")
		}
		r.One()
	})
	require.Contains(t, text, "tagtest: no mail was sent, want 1 mail:\n  (a commit failed: queue: mail 1 of 1: recipient 1 of 1: ")
}

func TestListIsBounded(t *testing.T) {
	text := failure(t, func(f *fakeT) {
		r := New(f)
		for range 22 {
			commit(t, r, letter("Subject: x\n\n", "a@example.com", "b@example.com", "c@example.com", "d@example.com"))
		}
		r.None()
	})
	require.Contains(t, text, "\n  20. to a@example.com, b@example.com and others: x\n  and 2 more")
	require.NotContains(t, text, "21.")
}

func TestMailThatCannotBeRead(t *testing.T) {
	f := fails(t, func(f *fakeT) {
		r := New(f)
		broken := letter("hello\n\nhello\n")
		broken.Subject = "the queue's"
		commit(t, r, broken)
		r.One().HasSubject("the queue's")
		r.One()
	})
	require.Len(t, f.failures, 1, "said once")
	require.Contains(t, f.failures[0], "the mail to ann@example.com cannot be read: decode: the header cannot be read")

	text := failure(t, func(f *fakeT) { recorded(t, f); commit(t, New(f), order()); Read(f, letter("To: ann at home\n\nhi\n")) })
	require.Contains(t, text, "tagtest: the mail to ann@example.com: the header To cannot be read")
	require.Contains(t, failure(t, func(f *fakeT) { Read(f, nil) }), "Read needs a mail, not nil")
}
