package manage

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// doneCookie carries what was done from the answer to a POST to the page that it leads
// to. It holds an enumerated word, a number and a mail's id: nobody can put words into
// it.
const doneCookie = "mailhost-done"

// A done is what was done.
type done struct {
	What  string // a key of doneWords
	Mails int
	ID    string // of the mail that came of it, or ""
}

var doneWords = map[string]string{
	"retry":      "%s due now.",
	"hold":       "%s held.",
	"release":    "%s released.",
	"delete":     "%s deleted.",
	"reschedule": "%s rescheduled.",
	"pause":      "The route is paused: nothing more of it is sent until you resume it.",
	"resume":     "The route is resumed.",
	"pause-all":  "All routes are paused: nothing more is sent until you resume.",
	"resume-all": "Sending is resumed. A route that was paused by itself still is.",
	"signal":     "The mailer was told to send what is due now.",
	"test":       "The test mail is queued. This page shows what becomes of it.",
	"requeue":    "Queued as a new mail, this one. The original stays where it was.",
}

// String returns it as a sentence, "" where nothing was done.
func (d done) String() string {
	words := doneWords[d.What]
	if strings.Contains(words, "%s") {
		return fmt.Sprintf(words, isAre(d.Mails, "mail"))
	}
	return words
}

// keepDone keeps it for a minute, for the next page.
func (v *visit) keepDone(w http.ResponseWriter, d done) {
	if d.What != "" {
		v.setDone(w, fmt.Sprintf("%s.%d.%s", d.What, d.Mails, d.ID), 60)
	}
}

func (v *visit) setDone(w http.ResponseWriter, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{
		Name: doneCookie, Value: value, MaxAge: seconds, Path: v.prefix + "/",
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: v.r.TLS != nil,
	})
}

// takeDone returns what was kept, and forgets it.
func (v *visit) takeDone(w http.ResponseWriter) done {
	cookie, err := v.r.Cookie(doneCookie)
	if err != nil {
		return done{}
	}
	v.setDone(w, "", -1)
	return parseDone(cookie.Value)
}

func parseDone(value string) done {
	parts := strings.Split(value, ".")
	if len(parts) != 3 || doneWords[parts[0]] == "" || parts[2] != "" && !mailID.MatchString(parts[2]) {
		return done{}
	}
	n, err := strconv.Atoi(parts[1])
	if err != nil || n < 0 {
		return done{}
	}
	return done{What: parts[0], Mails: n, ID: parts[2]}
}
