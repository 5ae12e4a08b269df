package manage

import (
	"time"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/decode"
	"github.com/go-mailhost/mailhost/queue/internal/entryjson"
)

// statsJSON is what stats.json holds.
func statsJSON(s *queue.Stats) any {
	type total struct {
		State  string    `json:"state"`
		Lane   string    `json:"lane"`
		Mails  int       `json:"mails"`
		Oldest time.Time `json:"oldest"`
	}
	type minute struct {
		At       time.Time `json:"at"`
		In       int       `json:"in"`
		Out      int       `json:"out"`
		Deferred int       `json:"deferred"`
		Failed   int       `json:"failed"`
	}
	totals, minutes := []total{}, []minute{}
	for _, t := range s.Queues {
		totals = append(totals, total{t.State.String(), t.Lane.String(), t.Count, t.Oldest.UTC()})
	}
	for _, m := range s.Minutes {
		minutes = append(minutes, minute{m.At.UTC(), m.In, m.Out, m.Deferred, m.Failed})
	}
	return map[string]any{
		"now": s.Now.UTC(), "queues": totals, "waitingSeconds": s.Waiting.Seconds(), "stalled": s.Stalled, "sending": s.Sending,
		"lastError": s.LastError, "minutes": minutes, "routes": routesJSON(s), "mailers": mailersJSON(s),
		"perMinute": map[string]float64{
			"in": s.PerMinute.In, "out": s.PerMinute.Out, "deferred": s.PerMinute.Deferred, "failed": s.PerMinute.Failed,
		},
	}
}

func routesJSON(s *queue.Stats) any {
	type route struct {
		Name         string     `json:"name"`
		Paused       bool       `json:"paused"`
		Down         bool       `json:"down"`
		Since        *time.Time `json:"since,omitempty"` // down
		Failures     int        `json:"failures,omitempty"`
		Alarm        bool       `json:"alarm,omitempty"`
		LastError    string     `json:"lastError,omitempty"`
		ProbeSeconds float64    `json:"probeSeconds,omitempty"`
		Ramp         int        `json:"ramp,omitempty"`
	}
	routes := []route{}
	for _, r := range s.Routes {
		one := route{Name: r.Name, Paused: r.Paused, Down: r.Down, Ramp: r.Ramp}
		if r.Down {
			since := r.Since.UTC()
			one.Since, one.Failures, one.Alarm, one.LastError, one.ProbeSeconds = &since, r.Failures, r.Alarm, r.LastError, r.ProbeIn.Seconds()
		}
		routes = append(routes, one)
	}
	return routes
}

func mailersJSON(s *queue.Stats) any {
	type mailer struct {
		Process   string  `json:"process"`
		State     string  `json:"state"` // alive, closed or silent
		Sending   int     `json:"sending"`
		Connected int     `json:"connections"` // -1: not known
		Started   float64 `json:"startedSecondsAgo"`
		Moved     float64 `json:"movedSecondsAgo"`
		Seen      float64 `json:"seenSecondsAgo"`
		LastError string  `json:"lastError,omitempty"`
	}
	mailers := []mailer{}
	for i := range s.Mailers {
		m := &s.Mailers[i]
		mailers = append(mailers, mailer{m.Process, mailerWords(m), m.Sending, m.Connections, m.Started.Seconds(), m.Moved.Seconds(), m.Seen.Seconds(), m.LastError})
	}
	return mailers
}

func listJSON(l list) any {
	mails := []entryjson.Line{}
	for _, e := range l.Entries {
		mails = append(mails, entryjson.Of(&e))
	}
	return map[string]any{"mails": mails, "next": l.Next, "found": l.Found}
}

// mailJSON is what a mail's JSON holds. What it says is there for those who may read
// it.
func (v *visit) mailJSON(record *queue.Record) any {
	type recipientJSON struct {
		To    string `json:"to"`
		State string `json:"state"`
		Reply string `json:"reply"`
		Relay string `json:"relay"`
	}
	type attemptJSON struct {
		At         time.Time `json:"at"`
		Recipients int       `json:"recipients"`
		Delivered  int       `json:"delivered"`
		Reply      string    `json:"reply"`
		Relay      string    `json:"relay"`
	}
	recipients, attempts := []recipientJSON{}, []attemptJSON{}
	for _, r := range record.Recipients {
		recipients = append(recipients, recipientJSON{r.To, recipientStates[r.State], reply(r.Last), r.Last.Relay})
	}
	for _, a := range record.History {
		attempts = append(attempts, attemptJSON{a.At.UTC(), a.Recipients, a.Delivered, reply(a.Report), a.Report.Relay})
	}
	mail := map[string]any{
		"mail": entryjson.Of(&record.Entry), "key": record.Mail.Key, "meta": record.Mail.Meta, "once": record.Mail.Once,
		"transaction": record.Mail.Transaction, "recipients": recipients, "attempts": attempts,
	}
	if v.may(Content) && len(record.Mail.Data) > 0 {
		mail["content"] = contentJSON(record.Mail.Data)
	}
	return mail
}

func contentJSON(data []byte) any {
	type field struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	type file struct {
		Number int    `json:"number"`
		Name   string `json:"name"`
		Type   string `json:"type"`
		Bytes  int    `json:"bytes"`
	}
	m, err := decode.Mail(data)
	if err != nil {
		return problem{err.Error()}
	}
	fields, list := []field{}, []file{}
	for _, f := range m.Fields {
		fields = append(fields, field{f.Name, f.Value})
	}
	for _, f := range attachedTo(m) {
		list = append(list, file{f.Number, f.Name, f.Type, len(f.Data)})
	}
	return map[string]any{"headers": fields, "text": m.Text, "html": m.HTML, "files": list, "problems": m.Problems}
}
