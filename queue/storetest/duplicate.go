package storetest

import (
	"errors"
	"fmt"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

var duplicateRules = []rule{
	{"the same key and recipients are a duplicate", testDuplicate},
	{"a mail that was sent has duplicates still", testDuplicateOfSent},
	{"of the duplicates inserted at once one is stored", testDuplicateRace},
}

func testDuplicate(s *subject) {
	for i, test := range []struct {
		name      string
		key       string
		to        []string
		duplicate bool
	}{
		{"the first", "k", []string{"ann@example.com", "bob@example.com"}, false},
		{"the same", "k", []string{"ann@example.com", "bob@example.com"}, true},
		{"in another order", "k", []string{"bob@example.com", "ann@example.com"}, true},
		{"one of them twice", "k", []string{"bob@example.com", "ann@example.com", "bob@example.com"}, true},
		{"another case of the domain", "k", []string{"ann@Example.COM", "bob@example.com"}, true},
		{"another case of a local part", "k", []string{"Ann@example.com", "bob@example.com"}, false},
		{"fewer recipients", "k", []string{"ann@example.com"}, false},
		{"another key", "K", []string{"ann@example.com", "bob@example.com"}, false},
		{"no key", "", []string{"ann@example.com"}, false},
		{"no key again", "", []string{"ann@example.com"}, false},
	} {
		m := newMail(10*i, test.to...)
		m.Key = test.key
		twin := newMail(10*i+1, test.to...)
		twin.Key = test.key
		before := s.total()
		s.insert(m, twin)
		require.Equal(s.t, test.duplicate, m.Duplicate, test.name)
		require.Equal(s.t, test.key != "", twin.Duplicate, "%s, twice in one Insert", test.name)
		stored := s.total() - before
		require.Equal(s.t, strings.Count(fmt.Sprint(m.Duplicate, twin.Duplicate), "false"), stored, test.name)
	}
}

func testDuplicateOfSent(s *subject) {
	first, second := newMail(1), newMail(2)
	first.Key, second.Key = "k", "k"
	s.insert(first)
	s.finish(delivered(s.claim(all).Mails[0].Lease))
	s.insert(second)
	require.True(s.t, second.Duplicate)
	_, err := s.store.Get(s.t.Context(), second.ID)
	require.ErrorIs(s.t, err, queue.ErrNotFound)
}

func testDuplicateRace(s *subject) {
	mails := make([]*queue.Mail, 16)
	errs := sideBySide(len(mails), func(i int) error {
		mails[i] = newMail(i)
		mails[i].Key = "k"
		return s.store.Insert(s.t.Context(), mails[i:i+1])
	})
	require.NoError(s.t, errors.Join(errs...))
	stored := 0
	for _, m := range mails {
		if !m.Duplicate {
			stored++
		}
	}
	require.Equal(s.t, 1, stored)
	require.Equal(s.t, 1, s.total())
}
