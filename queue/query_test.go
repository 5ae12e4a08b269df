package queue

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	queryZone = time.FixedZone("", 2*60*60)
	queryNow  = time.Date(2026, 11, 25, 14, 30, 15, 0, queryZone)
)

const anID, anotherID = "069rf1jqkbfnb5hcqj8f6g4s7c", "069rf1jqkfs9v7n3h1qhq2v8tk"

func TestParseFilter(t *testing.T) {
	bulk, normal, eu, standard := Bulk, Normal, "eu", ""
	for query, want := range map[string]Filter{
		"":                              {},
		" \t\n ":                        {},
		"ann":                           {Words: []string{"ann"}},
		" ann  example.com ":            {Words: []string{"ann", "example.com"}},
		`"two words" "re:" "all"`:       {Words: []string{"two words", "re:", "all"}},
		":) :":                          {Words: []string{":)", ":"}},
		"to:ann@":                       {To: "ann@"},
		"TO:Ann@":                       {To: "Ann@"},
		"to:@example.com":               {To: "@example.com"},
		"from:shop@ subject:order":      {From: "shop@", Subject: "order"},
		`subject:"two words"`:           {Subject: "two words"},
		`"subject:two words"`:           {Words: []string{"subject:two words"}},
		`subject:say"ing \"hi\" a\b\\"`: {Subject: `saying "hi" a\b\`},
		`subject:a\b`:                   {Subject: `a\b`},
		"subject:re:x":                  {Subject: "re:x"},
		"subject:\xff":                  {Subject: "\xff"},
		"subject:größe\u00a0Größe":      {Subject: "größe", Words: []string{"Größe"}},
		`reply:"mailbox full"`:          {Last: "mailbox full"},
		"id:7":                          {IDs: []string{"7"}},
		`id:7,8 id:"9,a"`:               {IDs: []string{"7", "8", "9,a"}},
		`id:""`:                         {IDs: []string{}},
		anID:                            {IDs: []string{anID}},
		anID + " " + anotherID:          {IDs: []string{anID, anotherID}},
		`"` + anID + `"`:                {Words: []string{anID}},
		"state:failed":                  {State: Failed},
		"state:Sent":                    {State: Sent},
		"lane:bulk":                     {Lane: &bulk},
		"lane:Normal":                   {Lane: &normal},
		"route:eu":                      {Route: &eu},
		`route:""`:                      {Route: &standard},
		"meta.order:7":                  {Meta: map[string]string{"order": "7"}},
		`Meta.Order:7 meta."a b:":""`:   {Meta: map[string]string{"Order": "7", "a b:": ""}},
		"meta.a.b:7 meta.:8":            {Meta: map[string]string{"a.b": "7", "": "8"}},
		"meta.order":                    {Words: []string{"meta.order"}},
		"transaction:" + anID:           {Transaction: anID},
		"before:2h":                     {Until: queryNow.Add(-2 * time.Hour)},
		"after:1w2d3h4m5s":              {Since: queryNow.Add(-(9*24*time.Hour + 3*time.Hour + 4*time.Minute + 5*time.Second))},
		"after:1.5d":                    {Since: queryNow.Add(-36 * time.Hour)},
		"before:0s":                     {Until: queryNow},
		"after:2026-11-25":              {Since: time.Date(2026, 11, 25, 0, 0, 0, 0, queryZone)},
		"before:2026-11-25T14:00":       {Until: time.Date(2026, 11, 25, 14, 0, 0, 0, queryZone)},
		"before:2026-11-25T14:00:07":    {Until: time.Date(2026, 11, 25, 14, 0, 7, 0, queryZone)},
		"before:2026-11-25T14:00Z":      {Until: time.Date(2026, 11, 25, 14, 0, 0, 0, time.UTC)},
		"after:2026-11-25T14:00:07.25Z": {Since: time.Date(2026, 11, 25, 14, 0, 7, 250e6, time.UTC)},
		"after:2d before:2h":            {Since: queryNow.Add(-48 * time.Hour), Until: queryNow.Add(-2 * time.Hour)},
		"all":                           {All: true},
		"ALL state:held":                {All: true, State: Held},
		"to:ann@ subject:order before:2h state:failed": {
			To: "ann@", Subject: "order", Until: queryNow.Add(-2 * time.Hour), State: Failed,
		},
	} {
		got, err := ParseFilter(query, queryNow)
		require.NoError(t, err, query)
		require.Equal(t, inUTC(want), inUTC(got), query)
	}
}

func inUTC(f Filter) Filter {
	f.Since, f.Until = f.Since.UTC(), f.Until.UTC()
	return f
}

func TestParseFilterErrors(t *testing.T) {
	for query, want := range map[string]string{
		"stat:failed":              `queue: in the query, no field is named "stat": use to:, from:, subject:, reply:, id:, state:, lane:, route:, meta.KEY:, transaction:, before: or after:, or quotes to find the words: "stat:failed"`,
		"state:broken":             `queue: in the query, state:"broken" is no queue: use outgoing, deferred, held, failed, uncertain or sent`,
		"state:any":                `queue: in the query, state:"any" is no queue: use outgoing, deferred, held, failed, uncertain or sent`,
		"lane:fast":                `queue: in the query, lane:"fast" is no lane: use immediate, normal or bulk`,
		"route:*":                  `queue: in the query, route:"*" is no route of mail: leave it out for all routes`,
		"route:":                   `queue: in the query, nothing follows route:, write it without a blank: route:"" for the default route`,
		"to: ann":                  `queue: in the query, nothing follows to:, write it without a blank: to:ann@`,
		"meta.order: 7":            `queue: in the query, nothing follows meta.order:, write it without a blank: meta.order:"" where its value is empty`,
		`to:""`:                    `queue: in the query, to:"" is found everywhere: leave it out`,
		"to:a to:b":                `queue: in the query, to: is given twice: give it once`,
		"meta.a:1 META.a:2":        `queue: in the query, meta.a: is given twice: give it once`,
		"id:7,":                    `queue: in the query, id:"7," has an empty id: write id:…,…`,
		`""`:                       `queue: in the query, there is nothing in "": leave it out`,
		`subject:"two words`:       `queue: a quote is not closed in the query, from "\"two words" on: end it with ", or write "\"" to find a quote`,
		"before:yesterday":         `queue: in the query, before:"yesterday" is no time: use a span such as 2h, 3d or 1w, a date such as 2026-11-25, or 2026-11-25T14:00`,
		"after:2":                  `after:"2" is no time`,
		"after:2M":                 `after:"2M" is no time`,
		"after:-2h":                `after:"-2h" is no time`,
		"after:2h3":                `after:"2h3" is no time`,
		"after:1..2h":              `after:"1..2h" is no time`,
		"after:99999999w":          `after:"99999999w" is no time`,
		"after:2026-02-30":         `after:"2026-02-30" is no time`,
		"after:0001-01-01":         `after:"0001-01-01" is not between the years 1970 and 9999: leave it out`,
		"after:3000w":              `after:"3000w" is not between the years 1970 and 9999: leave it out`,
		strings.Repeat("x", 1001):  "queue: the query has 1001 bytes: use at most 1000",
		strings.Repeat("x ", 51):   "queue: the query has 51 words: use at most 50",
		"route:" + longText(101):   "has 101 bytes: use at most 100",
		"to:ann@ state:failed re:": `no field is named "re"`,
	} {
		filter, err := ParseFilter(query, queryNow)
		require.ErrorContains(t, err, want, query)
		require.Equal(t, Filter{}, filter, query)
	}
	for _, query := range []string{strings.Repeat("x", 1000), strings.Repeat("x ", 50)} {
		_, err := ParseFilter(query, queryNow)
		require.NoError(t, err)
	}
}

func longText(n int) string { return strings.Repeat("x", n) }

func TestFilterString(t *testing.T) {
	bulk, eu, standard := Bulk, "e u", ""
	at := time.Date(2026, 11, 25, 14, 0, 7, 250e6, queryZone)
	for want, filter := range map[string]Filter{
		"":                          {},
		"all":                       {All: true},
		"id:7,8":                    {IDs: []string{"7", "8"}},
		`id:"7,8","9 a"`:            {IDs: []string{"7,8", "9 a"}},
		`id:""`:                     {IDs: []string{}},
		"state:uncertain lane:bulk": {State: Uncertain, Lane: &bulk},
		`route:"e u"`:               {Route: &eu},
		`route:""`:                  {Route: &standard},
		`to:a from:b subject:"say \"c\\d\"" reply:e\f transaction:g`: {
			To: "a", From: "b", Subject: `say "c\d"`, Last: `e\f`, Transaction: "g",
		},
		`meta.:x meta."a b":"" meta."c:d":e:f meta.g:h`: {
			Meta: map[string]string{"": "x", "g": "h", "c:d": "e:f", "a b": ""},
		},
		"after:2026-11-25T12:00:07.25Z before:2026-11-25T12:30:15Z": {Since: at, Until: queryNow},
		`ann "b c" "d:" "all" "` + anID + `"`:                       {Words: []string{"ann", "b c", "d:", "all", anID}},
	} {
		require.Equal(t, want, filter.String())
		again, err := ParseFilter(want, time.Time{})
		require.NoError(t, err, want)
		require.Equal(t, inUTC(filter), inUTC(again), want)
	}
}

// What a filter says as a query is read as the same filter.
func FuzzParseFilter(f *testing.F) {
	for _, seed := range []string{
		`to:ann@ from:"" subject:"two words" id:7,"8,9",` + anID, anID + ` "all" ALL all "re:"`,
		`meta."a b":7 meta.:"" META.x:y route:"" lane:bulk state:held`, `reply:\" \ "\\" transaction:x`,
		"before:2h after:2026-11-25 ", "after:2026-11-25T14:00:07.25Z before:1w2.5d", "a\xff\x00\u00a0\"\u2028\"",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		filter, err := ParseFilter(query, queryNow)
		if err != nil {
			require.Equal(t, Filter{}, filter)
			return
		}
		again, err := ParseFilter(filter.String(), time.Now())
		if len(filter.String()) > maxQuery || strings.Count(filter.String(), " ") >= maxQueryWords {
			return // quotes and absolute times made it too long
		}
		require.NoError(t, err, filter.String())
		require.Equal(t, inUTC(filter), inUTC(again), filter.String())
	})
}

func TestParseWhen(t *testing.T) {
	for text, want := range map[string]time.Time{
		"2h": queryNow.Add(2 * time.Hour), "1d12h": queryNow.Add(36 * time.Hour), "0s": queryNow,
		"2026-12-01":        time.Date(2026, 12, 1, 0, 0, 0, 0, queryZone),
		"2026-12-01T09:00Z": time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC),
	} {
		got, err := ParseWhen(text, queryNow)
		require.NoError(t, err, text)
		require.Equal(t, want.UTC(), got.UTC(), text)
	}
	for _, text := range []string{"", "tomorrow", "-2h", "2"} {
		_, err := ParseWhen(text, queryNow)
		require.ErrorContains(t, err, "is no time: use a span such as 2h")
	}
}
