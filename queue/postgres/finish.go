package postgres

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// finishQuery changes what is held, or nothing where a recipient is missing.
// States are those of package queue: a mail's 1 Outgoing, 4 Failed; a recipient's
// 0 pending, 2 failed, 3 uncertain.
//
// The planner takes the number of rows of what is held for 1 and would compare each
// with each; so each finish knows the slice of the reports that is its own, and
// NOT IN is used, which it does by a hash table.
var finishQuery = clockAndDurable + `
	input AS MATERIALIZED (
		SELECT * FROM unnest(@ids::text[], @fences::int8[], @firsts::int4[], @ends::int4[], @attempts::int4[], @doubts::int4[],
			@alone::bool[], @awaits::bool[], @retries::int8[], @failed::bool[], @words::text[], @unkept_sent::bool[],
			@unkept_failed::bool[], @unkept_data::bool[]) WITH ORDINALITY
		AS i (id, fence, first, last, attempt, doubt, alone, awaits, retry, failed, words, unkept_sent, unkept_failed,
			unkept_data, n)),
	held AS MATERIALIZED (
		SELECT i.*, m.attempts, m.queued FROM mailhost.mail m JOIN input i ON m.id = i.id AND m.fence = i.fence
		WHERE m.leased ORDER BY m.id FOR UPDATE OF m),
	weighed AS MATERIALIZED (
		SELECT h.*, c.missing, CASE WHEN h.failed THEN 4
			ELSE ` + settledSQL("s.pending + c.pending", "s.uncertain + c.uncertain", "s.failed + c.failed") + ` END AS state
		FROM held h CROSS JOIN LATERAL (
			SELECT count(*) FILTER (WHERE state = 0) AS pending, count(*) FILTER (WHERE state = 2) AS failed,
				count(*) FILTER (WHERE state = 3) AS uncertain
			FROM mailhost.recipient WHERE mail = h.id) AS s
		CROSS JOIN LATERAL (
			SELECT count(*) FILTER (WHERE p.state = 0) - count(*) FILTER (WHERE r.state = 0) AS pending,
				count(*) FILTER (WHERE p.state = 2) - count(*) FILTER (WHERE r.state = 2) AS failed,
				count(*) FILTER (WHERE p.state = 3) - count(*) FILTER (WHERE r.state = 3) AS uncertain,
				min(p.place) FILTER (WHERE r.place IS NULL) AS missing
			FROM unnest((@r_places::int4[])[h.first:h.last], (@r_states::int2[])[h.first:h.last]) AS p (place, state)
			LEFT JOIN mailhost.recipient r ON r.mail = h.id AND r.place = p.place) AS c),
	settled AS MATERIALIZED (
		SELECT * FROM weighed WHERE NOT EXISTS (SELECT FROM weighed WHERE missing IS NOT NULL)),
	gone AS MATERIALIZED (
		SELECT id, n, queued FROM settled WHERE ` + unkeptSQL(queue.Unkept.Drops) + `),` + goneSQL("gone") + `
	passed AS MATERIALIZED (
		SELECT n FROM input WHERE n NOT IN (SELECT n FROM settled) OR n IN (SELECT n FROM gone)),
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
			SELECT id FROM gone UNION SELECT id FROM settled WHERE ` + unkeptSQL(queue.Unkept.DropsData) + `)),
	released AS (
		DELETE FROM mailhost.recipient WHERE mail IN (SELECT id FROM gone)),
	erased AS (
		DELETE FROM mailhost.attempt WHERE mail IN (SELECT id FROM gone)),
	reported AS (
		UPDATE mailhost.recipient r SET state = p.state, reported = p.reported, outcome = p.outcome, code = p.code,
			enhanced = p.enhanced, text = p.text, relay = p.relay, alarm = p.alarm
		FROM unnest(@r_finishes::int4[], @r_mails::text[], @r_places::int4[], @r_states::int2[], @r_to::text[], @r_outcomes::int2[],
			@r_codes::int4[], @r_enhanced::text[], @r_texts::text[], @r_relays::text[], @r_alarms::bool[])
		AS p (n, mail, place, state, reported, outcome, code, enhanced, text, relay, alarm)
		WHERE r.mail = p.mail AND r.place = p.place AND p.n NOT IN (SELECT n FROM passed)),
	remembered AS (
		INSERT INTO mailhost.attempt (mail, number, at, recipients, delivered, reported, outcome, code, enhanced, text, relay, alarm)
		SELECT a.mail, s.attempts + 1, clock.now, a.recipients, a.delivered, a.reported, a.outcome, a.code, a.enhanced, a.text,
			a.relay, a.alarm
		FROM unnest(@a_finishes::int4[], @a_mails::text[], @a_recipients::int4[], @a_delivered::int4[], @a_to::text[],
			@a_outcomes::int2[], @a_codes::int4[], @a_enhanced::text[], @a_texts::text[], @a_relays::text[], @a_alarms::bool[])
		AS a (n, mail, recipients, delivered, reported, outcome, code, enhanced, text, relay, alarm)
		JOIN settled s ON s.n = a.n CROSS JOIN clock
		WHERE a.n NOT IN (SELECT n FROM passed)),
	forgotten AS (
		DELETE FROM mailhost.attempt a USING settled s
		WHERE s.attempts >= @history::int4 AND a.mail = s.id AND s.n = ANY (@a_finishes::int4[])
			AND s.n NOT IN (SELECT n FROM gone) AND a.number <= (
			SELECT number FROM mailhost.attempt WHERE mail = s.id ORDER BY number DESC OFFSET @history::int4 - 1 LIMIT 1)),
	counted AS (
		INSERT INTO mailhost.minute AS m (at, node, writer, went, deferred, failed)
		SELECT date_trunc('minute', now, 'UTC'), @node, @writer, went, deferred, failed
		FROM clock, (SELECT
			count(*) FILTER (WHERE ` + countedSQL(func(m queue.Minute) int { return m.Out }) + `) AS went,
			count(*) FILTER (WHERE ` + countedSQL(func(m queue.Minute) int { return m.Deferred }) + `) AS deferred,
			count(*) FILTER (WHERE ` + countedSQL(func(m queue.Minute) int { return m.Failed }) + `) AS failed FROM settled) AS s
		WHERE went + deferred + failed > 0
		ON CONFLICT (at, node, writer) DO UPDATE SET went = m.went + excluded.went,
			deferred = m.deferred + excluded.deferred, failed = m.failed + excluded.failed)
	SELECT (SELECT count(*) FROM settled), id, missing
	FROM clock LEFT JOIN (SELECT id, missing FROM weighed WHERE missing IS NOT NULL LIMIT 1) AS m ON true`

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
	finishes                             []int32 // from 1
	mails, to, enhanced, texts, relays   []string
	outcomes, states                     []int16
	codes, places, recipients, delivered []int32
	alarms                               []bool
}

func (c *reportColumns) add(finish int, mail string, r host.Report) {
	c.finishes = append(c.finishes, int32(finish))
	c.mails = append(c.mails, text(mail))
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
		"finishes": c.finishes, "mails": c.mails, "to": c.to, "enhanced": c.enhanced, "texts": c.texts, "relays": c.relays,
		"outcomes": c.outcomes, "codes": c.codes, "alarms": c.alarms,
	} {
		args[prefix+name] = column
	}
}

// finishColumns holds finishes by columns.
type finishColumns struct {
	ids, words                           []string
	fences, retries                      []int64
	firsts, ends, attempts, doubts       []int32
	alone, awaits, failed                []bool
	unkeptSent, unkeptFailed, unkeptData []bool
	reports, tries                       reportColumns
}

// finishArgs returns the arguments of finishQuery, with the first finish of each
// lease and the last word of it about each recipient.
func finishArgs(finishes []queue.Finish) pgx.NamedArgs {
	c, seen := &finishColumns{}, map[queue.Lease]bool{}
	for i := range finishes {
		if f := &finishes[i]; !seen[f.Lease] {
			seen[f.Lease] = true
			c.add(f)
		}
	}
	args := pgx.NamedArgs{
		"ids": c.ids, "fences": c.fences, "firsts": c.firsts, "ends": c.ends, "attempts": c.attempts, "doubts": c.doubts,
		"alone": c.alone, "awaits": c.awaits, "retries": c.retries, "failed": c.failed, "words": c.words,
		"unkept_sent": c.unkeptSent, "unkept_failed": c.unkeptFailed, "unkept_data": c.unkeptData,
		"r_places": c.reports.places, "r_states": c.reports.states,
		"a_recipients": c.tries.recipients, "a_delivered": c.tries.delivered, "history": queue.HistoryLength,
	}
	c.reports.name(args, "r_")
	c.tries.name(args, "a_")
	return args
}

func (c *finishColumns) add(f *queue.Finish) {
	c.ids, c.fences = append(c.ids, text(f.ID)), append(c.fences, f.Fence)
	c.attempts, c.doubts = append(c.attempts, number(f.Attempt)), append(c.doubts, number(f.Doubt))
	c.alone, c.awaits = append(c.alone, f.Alone), append(c.awaits, f.AwaitsRoute)
	c.retries = append(c.retries, micro(f.Retry))
	c.failed, c.words = append(c.failed, f.Failed != ""), append(c.words, text(f.Words()))
	c.unkeptSent, c.unkeptFailed = append(c.unkeptSent, f.Unkept.Sent), append(c.unkeptFailed, f.Unkept.Failed)
	c.unkeptData = append(c.unkeptData, f.Unkept.Data)

	c.firsts = append(c.firsts, int32(len(c.reports.places)+1)) // arrays begin at 1
	for _, r := range lastOfEach(f.Recipients) {
		c.reports.add(len(c.ids), f.ID, r.Last)
		c.reports.places = append(c.reports.places, int32(r.Index))
		c.reports.states = append(c.reports.states, int16(r.State))
	}
	c.ends = append(c.ends, int32(len(c.reports.places)))
	if a, ok := f.Tried(time.Time{}); ok {
		c.tries.add(len(c.ids), f.ID, a.Report)
		c.tries.recipients = append(c.tries.recipients, int32(a.Recipients))
		c.tries.delivered = append(c.tries.delivered, int32(a.Delivered))
	}
}

func number(b bool) int32 {
	if b {
		return 1
	}
	return 0
}

// lastOfEach returns of each recipient what comes last, by index.
func lastOfEach(recipients []queue.Recipient) []queue.Recipient {
	last := make(map[int]queue.Recipient, len(recipients))
	for _, r := range recipients {
		last[r.Index] = r
	}
	return slices.SortedFunc(maps.Values(last), func(a, b queue.Recipient) int { return cmp.Compare(a.Index, b.Index) })
}
