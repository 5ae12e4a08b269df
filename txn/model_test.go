package txn_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/txn"
)

// A model is what a transaction should be, in the plainest words: it knows which steps
// its parts must have been asked to do, and what each call must have answered.
type model struct {
	state string // "open", "handed", "done" or, where Rollback may be called again, "rolled back"
	held
	marks []*held // that can be rolled back to

	expected []string
}

// What a transaction holds, or held at a savepoint.
type held struct {
	mails, parts []string
	doomed       bool
}

func (h held) equal(o held) bool {
	return slices.Equal(h.mails, o.mails) && slices.Equal(h.parts, o.parts) && h.doomed == o.doomed
}

func (h held) clone() held {
	return held{slices.Clone(h.mails), slices.Clone(h.parts), h.doomed}
}

// A pair is a transaction beside its model, and what went before.
type pair struct {
	steps *steps
	tx    *txn.Txn
	model model
	saved map[txn.Savepoint]*held // of this transaction and those before it
	parts map[string]*part
	names int
}

const modelMails = 6 // the limit of its transactions

func (p *pair) begin() {
	p.tx = txn.Config{MaxMails: modelMails}.Begin(&keeper{p.steps})
	p.model = model{state: "open", expected: p.model.expected}
	p.parts = map[string]*part{}
}

func (p *pair) name() string {
	p.names++
	return fmt.Sprintf("%03d", p.names)
}

// ended tells which error a call must return that needs an open transaction, or nil.
func (m *model) ended() error {
	if m.state == "open" {
		return nil
	}
	return txn.ErrDone
}

func (p *pair) add(t *rapid.T) {
	n := rapid.IntRange(0, 3).Draw(t, "mails")
	var mails []*queue.Mail
	var names []string
	for range n {
		names = append(names, p.name())
		mails = append(mails, &queue.Mail{Subject: names[len(names)-1], Lane: queue.Immediate})
	}
	err := p.tx.Add(mails...)
	var limit *txn.LimitError
	switch {
	case p.model.ended() != nil:
		require.ErrorIs(t, err, txn.ErrDone)
	case len(p.model.mails)+n > modelMails:
		require.ErrorAs(t, err, &limit)
	default:
		require.NoError(t, err)
		p.model.mails = append(p.model.mails, names...)
	}
}

func (p *pair) savepoint(*rapid.T) {
	sp := p.tx.Savepoint()
	m := &p.model
	if m.state != "open" {
		return
	}
	now := m.held.clone()
	if n := len(m.marks); n == 0 || !m.marks[n-1].equal(now) {
		m.marks = append(m.marks, &now)
	}
	p.saved[sp] = m.marks[len(m.marks)-1]
}

func (p *pair) rollbackTo(t *rapid.T) {
	if len(p.saved) == 0 {
		t.Skip("no savepoint")
	}
	var all []txn.Savepoint
	for sp := range p.saved {
		all = append(all, sp)
	}
	slices.SortFunc(all, func(a, b txn.Savepoint) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	sp := rapid.SampledFrom(all).Draw(t, "savepoint")
	m := &p.model
	i := slices.Index(m.marks, p.saved[sp])
	if m.state != "open" || i < 0 {
		require.Error(t, p.tx.RollbackTo(sp))
		return
	}
	gone := m.parts[len(m.marks[i].parts):]
	f := p.fault(t, rollbacks(gone))
	f.requireOutcome(t, func() error { return p.tx.RollbackTo(sp) })
	m.expected = append(m.expected, rollbacks(gone)...)
	m.held, m.marks = m.marks[i].clone(), m.marks[:i+1]
}

func (p *pair) join(t *rapid.T) {
	m := &p.model
	names := []string{p.name()}
	for name := range p.parts {
		names = append(names, name)
	}
	slices.Sort(names)
	name := rapid.SampledFrom(names).Draw(t, "participant")
	if p.parts[name] == nil {
		p.parts[name] = &part{p.steps, name}
	}
	err := p.tx.Join(p.parts[name])
	require.Equal(t, m.ended() != nil, errors.Is(err, txn.ErrDone))
	if err == nil && !slices.Contains(m.parts, name) {
		m.parts = append(m.parts, name)
	}
}

func (p *pair) doom(*rapid.T) {
	p.tx.Doom(errors.New("doomed"))
	if p.model.state == "open" || p.model.state == "handed" {
		p.model.doomed = true
	}
}

func (p *pair) commit(t *rapid.T) {
	m := &p.model
	var hand []string
	if len(m.mails) > 0 {
		hand = []string{"queue " + strings.Join(m.mails, " ")}
	}
	p.end(t, hand, nil, nil, func() error { return p.tx.Commit(t.Context()) })
}

func (p *pair) commitWith(t *rapid.T) {
	m := &p.model
	var signal []string
	hand := []string{"sql commit"}
	if len(m.mails) > 0 {
		hand = []string{"insert " + strings.Join(m.mails, " "), "sql commit"}
		signal = []string{"signal"}
	}
	p.end(t, hand, []string{"sql rollback"}, signal, func() error { return p.tx.CommitWith(t.Context(), sqlTx{p.steps}) })
}

// end commits: hand are the steps between Prepare and Commit, back those before the
// other rollbacks, after those behind all.
func (p *pair) end(t *rapid.T, hand, back, after []string, do func() error) {
	m := &p.model
	if m.state != "open" && m.state != "handed" {
		require.ErrorIs(t, do(), txn.ErrDone)
		return
	}
	back = slices.Concat(back, rollbacks(m.parts))
	before := slices.Concat(each("prepare ", m.parts), hand)
	all := slices.Concat(before, each("commit ", m.parts), after)
	m.marks = nil
	if m.doomed {
		f := p.fault(t, rollbacks(m.parts))
		f.alsoFails = true
		f.requireOutcome(t, do)
		m.over("rolled back", back)
		return
	}
	f := p.fault(t, all)
	err := f.requireOutcome(t, do)
	i := slices.Index(all, f.step)
	switch {
	case f.step == "sql commit":
		var unknown *txn.UnknownError
		require.Equal(t, !f.panics, errors.As(err, &unknown))
		m.over("done", slices.Concat(all[:i+1], back))
	case i < 0 || i >= len(before):
		var phantom *txn.PhantomError
		require.Equal(t, i >= 0 && !f.panics, errors.As(err, &phantom))
		m.over("done", all)
	default:
		m.over("rolled back", slices.Concat(all[:i+1], back))
	}
}

func (m *model) over(state string, done []string) {
	m.expected = append(m.expected, done...)
	m.state, m.held, m.marks = state, held{}, nil
}

func (p *pair) addTo(t *rapid.T) {
	m := &p.model
	do := func() error { return p.tx.AddTo(t.Context(), sqlTx{p.steps}) }
	switch {
	case m.state != "open":
		require.ErrorIs(t, do(), txn.ErrDone)
		return
	case len(m.parts) > 0:
		require.ErrorContains(t, do(), "use CommitWith")
		return
	case m.doomed:
		require.ErrorIs(t, do(), txn.ErrDoomed)
		m.over("rolled back", nil)
		return
	}
	var hand []string
	if len(m.mails) > 0 {
		hand = []string{"insert " + strings.Join(m.mails, " ")}
	}
	f := p.fault(t, hand)
	f.requireOutcome(t, do)
	if f.step != "" {
		m.over("rolled back", hand)
	} else {
		m.over("handed", hand)
	}
}

func (p *pair) rollback(t *rapid.T) {
	m := &p.model
	switch m.state {
	case "done":
		require.Equal(t, txn.ErrDone, p.tx.Rollback())
		return
	case "rolled back":
		require.NoError(t, p.tx.Rollback())
		return
	}
	f := p.fault(t, rollbacks(m.parts))
	f.requireOutcome(t, p.tx.Rollback)
	m.over("rolled back", rollbacks(m.parts))
}

func each(verb string, names []string) (all []string) {
	for _, name := range names {
		all = append(all, verb+name)
	}
	return all
}

func rollbacks(names []string) []string {
	all := each("rollback ", names)
	slices.Reverse(all)
	return all
}

// A fault strikes at a step, "" for none.
type fault struct {
	step      string
	panics    bool
	alsoFails bool // for another reason
	err       error
}

// fault draws one for a call that takes these steps.
func (p *pair) fault(t *rapid.T, all []string) fault {
	f := fault{step: rapid.SampledFrom(append([]string{"", ""}, all...)).Draw(t, "fault")}
	if f.step == "" {
		return f
	}
	f.panics = rapid.Bool().Draw(t, "panics")
	p.steps.fail, p.steps.panics = nil, ""
	// signal has no error to return.
	if f.panics = f.panics || f.step == "signal"; f.panics {
		p.steps.panics = f.step
	} else {
		f.err = errors.New("failed")
		p.steps.fail = map[string]error{f.step: f.err}
	}
	return f
}

// requireOutcome calls do, and returns its error.
func (f fault) requireOutcome(t *rapid.T, do func() error) error {
	panicked, err := caught(do)
	switch {
	case f.panics:
		require.Equal(t, f.step, panicked)
	case f.err != nil:
		require.ErrorIs(t, err, f.err)
	case f.alsoFails:
		require.Error(t, err)
	default:
		require.NoError(t, err)
	}
	if !f.panics {
		require.Nil(t, panicked)
	}
	return err
}

func TestTransactionsBehaveAsTheModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &pair{steps: &steps{}, saved: map[txn.Savepoint]*held{}}
		p.begin()
		t.Repeat(map[string]func(*rapid.T){
			"Add":        p.add,
			"Add again":  p.add,
			"Savepoint":  p.savepoint,
			"RollbackTo": p.rollbackTo,
			"Join":       p.join,
			"Doom":       p.doom,
			"Commit":     p.commit,
			"CommitWith": p.commitWith,
			"AddTo":      p.addTo,
			"Rollback":   p.rollback,
			"Begin": func(t *rapid.T) {
				if p.model.state == "open" || p.model.state == "handed" {
					t.Skip("it has not ended")
				}
				p.begin()
			},
			"": func(t *rapid.T) {
				p.steps.fail, p.steps.panics = nil, ""
				require.Equal(t, strings.Join(p.model.expected, ", "), p.steps.String())
			},
		})
	})
}
