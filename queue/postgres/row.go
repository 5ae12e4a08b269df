package postgres

import (
	"errors"
	"fmt"
	"time"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// A mailRow is a row of the table mail.
type mailRow struct {
	id, route, sender, key, subject, last, transaction string
	state, lane                                        int16
	due, queued, notBefore, expires                    time.Time
	leased, alone, once                                bool
	fence                                              int64
	attempts, doubts, size                             int
	meta                                               []byte
}

// mailColumns are those of a mailRow of the table m, in fields' order.
const mailColumns = `m.id, m.route, m.sender, m.key, m.subject, m.last, m.state, m.lane, m.due, m.queued, m.not_before,
	m.expires, m.leased, m.alone, m.once, m.fence, m.attempts, m.doubts, m.size, m.transaction, m.meta`

func (r *mailRow) fields() []any {
	return []any{&r.id, &r.route, &r.sender, &r.key, &r.subject, &r.last, &r.state, &r.lane, &r.due, &r.queued,
		&r.notBefore, &r.expires, &r.leased, &r.alone, &r.once, &r.fence, &r.attempts, &r.doubts, &r.size,
		&r.transaction, &r.meta}
}

// mail returns the mail without its recipients and data. Where the row cannot be
// decoded it returns what can, and an error.
func (r *mailRow) mail() (queue.Mail, error) {
	meta, err := decodeMeta(r.meta)
	m := queue.Mail{
		Envelope:  host.Envelope{ID: r.id, Route: r.route, From: r.sender},
		NotBefore: r.notBefore.UTC(), Expires: r.expires.UTC(),
		Key: r.key, Once: r.once, Subject: r.subject, Meta: meta, Transaction: r.transaction,
	}
	if err != nil {
		err = fmt.Errorf("queue/postgres: mail %s has broken meta data: %w", r.id, err)
	}
	if r.lane < 0 || int(r.lane) >= len(queue.Lanes) {
		return m, errors.Join(err, fmt.Errorf("queue/postgres: mail %s has the unknown lane %d", r.id, r.lane))
	}
	m.Lane = queue.Lanes[r.lane]
	return m, err
}

// entry returns the entry without its recipients.
func (r *mailRow) entry(now time.Time) queue.Entry {
	mail, _ := r.mail() // what cannot be decoded is listed too
	state := queue.State(r.state)
	if state == queue.Outgoing && !r.leased && r.due.After(now) {
		state = queue.Deferred
	}
	return queue.Entry{
		ID: r.id, State: state, Sending: r.leased && r.due.After(now), Lane: mail.Lane, Route: r.route,
		From: r.sender, Subject: r.subject, Transaction: r.transaction, Attempts: r.attempts, Doubts: r.doubts,
		Queued: r.queued.UTC(), Due: r.due.UTC(), Expires: mail.Expires, Last: r.last, Size: r.size,
	}
}

// A recipientColumns value holds recipients of one mail by the columns of their table.
type recipientColumns struct {
	places, codes                                []int32
	states, outcomes                             []int16
	addresses, reported, enhanced, texts, relays []string
	alarms                                       []bool
}

// recipientArrays are the columns of a recipientColumns, in fields' order, from rows
// of the table recipient.
const recipientArrays = `array_agg(place ORDER BY place) AS places, array_agg(code ORDER BY place) AS codes,
	array_agg(state ORDER BY place) AS states, array_agg(outcome ORDER BY place) AS outcomes,
	array_agg(address ORDER BY place) AS addresses, array_agg(reported ORDER BY place) AS reported,
	array_agg(enhanced ORDER BY place) AS enhanced, array_agg(text ORDER BY place) AS texts,
	array_agg(relay ORDER BY place) AS relays, array_agg(alarm ORDER BY place) AS alarms`

func (c *recipientColumns) fields() []any {
	return []any{&c.places, &c.codes, &c.states, &c.outcomes, &c.addresses, &c.reported, &c.enhanced, &c.texts, &c.relays, &c.alarms}
}

func (c *recipientColumns) recipients() (list []queue.Recipient) {
	for i, place := range c.places {
		list = append(list, queue.Recipient{
			Index: int(place), To: c.addresses[i], State: queue.RecipientState(c.states[i]),
			Last: host.Report{
				To: c.reported[i], Outcome: host.Outcome(c.outcomes[i]), Code: int(c.codes[i]), Enhanced: c.enhanced[i],
				Text: c.texts[i], Relay: c.relays[i], Alarm: c.alarms[i],
			},
		})
	}
	return list
}
