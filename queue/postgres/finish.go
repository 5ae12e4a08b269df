package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// finishQuery changes what is held, or nothing where a recipient is missing.
// States are those of package queue: a mail's 1 Outgoing, 4 Failed, 5 Uncertain,
// 6 Sent, a recipient's 0 pending, 2 failed, 3 uncertain.
const finishQuery = clockAndDurable + `
	input AS MATERIALIZED (
		SELECT * FROM unnest(@ids::text[], @fences::int8[], @attempts::int4[], @doubts::int4[], @alone::bool[],
			@awaits::bool[], @retries::int8[], @failed::bool[], @words::text[], @unkept_sent::bool[],
			@unkept_failed::bool[], @unkept_data::bool[])
		AS i (id, fence, attempt, doubt, alone, awaits, retry, failed, words, unkept_sent, unkept_failed, unkept_data)),
	held AS MATERIALIZED (
		SELECT i.*, m.attempts FROM mailhost.mail m JOIN input i ON m.id = i.id AND m.fence = i.fence
		WHERE m.leased ORDER BY m.id FOR UPDATE OF m),
	report AS MATERIALIZED (
		SELECT r.* FROM unnest(@r_mails::text[], @r_fences::int8[], @r_places::int4[], @r_states::int2[], @r_to::text[],
			@r_outcomes::int2[], @r_codes::int4[], @r_enhanced::text[], @r_texts::text[], @r_relays::text[], @r_alarms::bool[])
		AS r (mail, fence, place, state, reported, outcome, code, enhanced, text, relay, alarm)
		JOIN held ON held.id = r.mail AND held.fence = r.fence),
	missing AS MATERIALIZED (
		SELECT mail, place FROM report r
		WHERE NOT EXISTS (SELECT FROM mailhost.recipient WHERE mail = r.mail AND place = r.place)),
	settled AS MATERIALIZED (
		SELECT h.*, CASE WHEN h.failed THEN 4 ELSE s.state END AS state
		FROM held h CROSS JOIN LATERAL (
			SELECT CASE WHEN bool_or(coalesce(p.state, r.state) = 0) THEN 1 WHEN bool_or(coalesce(p.state, r.state) = 3) THEN 5
				WHEN bool_or(coalesce(p.state, r.state) = 2) THEN 4 ELSE 6 END AS state
			FROM mailhost.recipient r LEFT JOIN report p ON p.mail = r.mail AND p.place = r.place WHERE r.mail = h.id) AS s
		WHERE NOT EXISTS (SELECT FROM missing)),
	gone AS MATERIALIZED (
		SELECT id FROM settled WHERE state = 6 AND unkept_sent OR state = 4 AND unkept_failed),
	changed AS (
		UPDATE mailhost.mail m SET state = s.state, leased = false, alone = s.alone,
			awaits = s.awaits AND s.state = 1,
			due = clock.now + CASE WHEN s.state = 1 THEN s.retry ELSE 0 END * interval '1 microsecond',
			attempts = m.attempts + s.attempt, doubts = m.doubts + s.doubt,
			last = CASE WHEN s.words = '' THEN m.last ELSE s.words END
		FROM settled s, clock WHERE m.id = s.id AND m.id NOT IN (SELECT id FROM gone)),
	dropped AS (
		DELETE FROM mailhost.mail WHERE id IN (SELECT id FROM gone)),
	undressed AS (
		DELETE FROM mailhost.body WHERE mail IN (
			SELECT id FROM gone UNION ALL SELECT id FROM settled WHERE state = 6 AND unkept_data AND NOT unkept_sent)),
	released AS (
		DELETE FROM mailhost.recipient WHERE mail IN (SELECT id FROM gone)),
	erased AS (
		DELETE FROM mailhost.attempt WHERE mail IN (SELECT id FROM gone)),
	reported AS (
		UPDATE mailhost.recipient r SET state = p.state, reported = p.reported, outcome = p.outcome, code = p.code,
			enhanced = p.enhanced, text = p.text, relay = p.relay, alarm = p.alarm
		FROM report p JOIN settled s ON s.id = p.mail
		WHERE r.mail = p.mail AND r.place = p.place AND r.mail NOT IN (SELECT id FROM gone)),
	remembered AS (
		INSERT INTO mailhost.attempt (mail, number, at, recipients, delivered, reported, outcome, code, enhanced, text, relay, alarm)
		SELECT a.mail, s.attempts + 1, clock.now, a.recipients, a.delivered, a.reported, a.outcome, a.code, a.enhanced, a.text,
			a.relay, a.alarm
		FROM unnest(@a_mails::text[], @a_fences::int8[], @a_recipients::int4[], @a_delivered::int4[], @a_to::text[],
			@a_outcomes::int2[], @a_codes::int4[], @a_enhanced::text[], @a_texts::text[], @a_relays::text[], @a_alarms::bool[])
		AS a (mail, fence, recipients, delivered, reported, outcome, code, enhanced, text, relay, alarm)
		JOIN settled s ON s.id = a.mail AND s.fence = a.fence CROSS JOIN clock
		WHERE s.id NOT IN (SELECT id FROM gone)),
	forgotten AS (
		DELETE FROM mailhost.attempt a USING settled s
		WHERE s.attempts >= @history::int4 AND a.mail = s.id AND s.id = ANY (@a_mails::text[])
			AND s.id NOT IN (SELECT id FROM gone) AND a.number <= (
			SELECT number FROM mailhost.attempt WHERE mail = s.id ORDER BY number DESC OFFSET @history::int4 - 1 LIMIT 1)),
	counted AS (
		INSERT INTO mailhost.minute AS m (at, node, writer, went, deferred, failed)
		SELECT date_trunc('minute', now, 'UTC'), @node, @writer, went, deferred, failed
		FROM clock, (SELECT count(*) FILTER (WHERE state = 6) AS went,
			count(*) FILTER (WHERE state = 1 AND attempt > 0) AS deferred,
			count(*) FILTER (WHERE state IN (4, 5)) AS failed FROM settled) AS s
		WHERE went + deferred + failed > 0
		ON CONFLICT (at, node, writer) DO UPDATE SET went = m.went + excluded.went,
			deferred = m.deferred + excluded.deferred, failed = m.failed + excluded.failed)
	SELECT (SELECT count(*) FROM settled), mail, place
	FROM clock LEFT JOIN (SELECT mail, place FROM missing LIMIT 1) AS m ON true`

// Finish records outcomes and ends leases, in one round trip: see [queue.Store].
func (s *Store) Finish(ctx context.Context, finishes []queue.Finish) (n int, err error) {
	args := finishArgs(finishes)
	writer := s.writers.take()
	defer s.writers.release(writer)
	args["node"], args["writer"] = s.node, writer
	var mail *string
	var place *int
	err = s.query(ctx, func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows, []any{&n, &mail, &place}, func() error { return nil })
		return err
	}, finishQuery, args)
	if err == nil && mail != nil {
		err = fmt.Errorf("queue/postgres: mail %s has no recipient %d to finish", *mail, *place)
	}
	if err != nil {
		return 0, err
	}
	return n, nil
}

// reportColumns holds reports by columns.
type reportColumns struct {
	mails                         []string
	fences                        []int64
	to, enhanced, texts, relays   []string
	outcomes                      []int16
	codes                         []int32
	alarms                        []bool
	places, recipients, delivered []int32
	states                        []int16
}

func (c *reportColumns) add(lease queue.Lease, r host.Report) {
	c.mails = append(c.mails, text(lease.ID))
	c.fences = append(c.fences, lease.Fence)
	c.to = append(c.to, text(r.To))
	c.enhanced = append(c.enhanced, text(r.Enhanced))
	c.texts = append(c.texts, text(r.Text))
	c.relays = append(c.relays, text(r.Relay))
	c.outcomes = append(c.outcomes, int16(r.Outcome))
	c.codes = append(c.codes, int32(r.Code))
	c.alarms = append(c.alarms, r.Alarm)
}

// name adds the columns that all reports have to a query's arguments.
func (c *reportColumns) name(args pgx.NamedArgs, prefix string) {
	for name, column := range map[string]any{
		"mails": c.mails, "fences": c.fences, "to": c.to, "enhanced": c.enhanced, "texts": c.texts, "relays": c.relays,
		"outcomes": c.outcomes, "codes": c.codes, "alarms": c.alarms,
	} {
		args[prefix+name] = column
	}
}

// finishArgs returns the arguments of finishQuery, with the first finish of each
// lease and the last word of it about each recipient.
func finishArgs(finishes []queue.Finish) pgx.NamedArgs {
	var reports, tries reportColumns
	var ids, words []string
	var fences, retries []int64
	var attempted, doubts []int32
	var alone, awaits, failed, unkeptSent, unkeptFailed, unkeptData []bool
	seen := map[queue.Lease]bool{}
	for _, f := range finishes {
		if seen[f.Lease] {
			continue
		}
		seen[f.Lease] = true
		ids, fences = append(ids, text(f.ID)), append(fences, f.Fence)
		attempted, doubts = append(attempted, number(f.Attempt)), append(doubts, number(f.Doubt))
		alone, awaits = append(alone, f.Alone), append(awaits, f.AwaitsRoute)
		retries = append(retries, micro(f.Retry))
		failed, words = append(failed, f.Failed != ""), append(words, text(f.Words()))
		unkeptSent, unkeptFailed = append(unkeptSent, f.Unkept.Sent), append(unkeptFailed, f.Unkept.Failed)
		unkeptData = append(unkeptData, f.Unkept.Data)
		reports.addFinish(&f)
		tries.addTry(&f)
	}
	args := pgx.NamedArgs{
		"ids": ids, "fences": fences, "attempts": attempted, "doubts": doubts, "alone": alone, "awaits": awaits,
		"retries": retries, "failed": failed, "words": words,
		"unkept_sent": unkeptSent, "unkept_failed": unkeptFailed, "unkept_data": unkeptData,
		"r_places": reports.places, "r_states": reports.states,
		"a_recipients": tries.recipients, "a_delivered": tries.delivered, "history": queue.HistoryLength,
	}
	reports.name(args, "r_")
	tries.name(args, "a_")
	return args
}

func number(b bool) int32 {
	if b {
		return 1
	}
	return 0
}

func (c *reportColumns) addFinish(f *queue.Finish) {
	last := map[int]queue.Recipient{}
	for _, r := range f.Recipients {
		last[r.Index] = r
	}
	places := make([]queue.Recipient, 0, len(last))
	for _, r := range last {
		places = append(places, r)
	}
	slices.SortFunc(places, func(a, b queue.Recipient) int { return cmp.Compare(a.Index, b.Index) })
	for _, r := range places {
		c.add(f.Lease, r.Last)
		c.places = append(c.places, int32(r.Index))
		c.states = append(c.states, int16(r.State))
	}
}

// addTry adds what the finish adds to its mail's history.
func (c *reportColumns) addTry(f *queue.Finish) {
	a, ok := f.Tried(time.Time{})
	if !ok {
		return
	}
	c.add(f.Lease, a.Report)
	c.recipients = append(c.recipients, int32(a.Recipients))
	c.delivered = append(c.delivered, int32(a.Delivered))
}
