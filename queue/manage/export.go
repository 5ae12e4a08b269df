package manage

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// Bounds of one export. What is beyond is told in a mail at its end.
const (
	exportMails = 10_000
	exportBytes = 1 << 30
	exportTime  = 10 * time.Minute
	exportBatch = 100 // entries that are asked for at a time
)

// export answers with the chosen mails as one file.
func (v *visit) export() answer {
	chosen, err := v.choice()
	if err != nil {
		return badRequest(err.Error())
	}
	first, err := v.fill(chosen.Filter, "", exportBatch)
	if err != nil {
		return broken(err)
	}
	if len(first.entries) == 0 && first.next == "" {
		return refuse(http.StatusNotFound, "Nothing to export", "No mail is found by this search any more.")
	}
	e := &exporter{choice: chosen, part: first}
	return answer{serve: func(v *visit, w http.ResponseWriter) {
		e.visit = v
		e.run(w)
	}}
}

// An exporter writes mails one after the other, and keeps none.
type exporter struct {
	*visit
	choice choice
	part   found
	mbox   *mbox

	mails, bytes int
	empty        int // mails whose data is no longer kept
	beyond       bool
}

func (e *exporter) run(w http.ResponseWriter) {
	name := "mails-" + time.Now().UTC().Format("2006-01-02-150405") + ".mbox"
	asDownload(w.Header(), name, "application/mbox")
	ctx, cancel := context.WithTimeout(e.ctx(), exportTime)
	defer cancel()
	e.mbox = newMbox(deadlined{w, http.NewResponseController(w)})
	err := e.all(ctx)
	if err == nil {
		err = e.tell()
	}
	if err := e.log("export", e.choice, e.mails, err); err != nil {
		// Where the file breaks off, its reader is not to take it for whole.
		panic(http.ErrAbortHandler)
	}
}

// all writes the mails, part by part.
func (e *exporter) all(ctx context.Context) error {
	for {
		for _, entry := range e.part.entries {
			if e.mails >= exportMails || e.bytes >= exportBytes {
				e.beyond = true
				return nil
			}
			if err := e.one(ctx, entry.ID); err != nil {
				return err
			}
		}
		if e.part.next == "" {
			return nil
		}
		var err error
		e.part.entries, e.part.next, err = e.queue.Search(ctx, e.choice.Filter, queue.Page{Before: e.part.next, Size: exportBatch})
		if err != nil {
			return err
		}
	}
}

func (e *exporter) one(ctx context.Context, id string) error {
	record, err := e.queue.Get(ctx, id)
	switch {
	case errors.Is(err, queue.ErrNotFound): // deleted since
		return nil
	case err != nil:
		return err
	case len(record.Mail.Data) == 0:
		e.empty++
		return nil
	}
	e.mails++
	e.bytes += len(record.Mail.Data)
	return e.mbox.add(record.From, record.Queued, record.Mail.Data)
}

// tell adds a mail that says what is not in the file, if anything is not.
func (e *exporter) tell() error {
	var text []string
	if e.beyond {
		text = append(text, fmt.Sprintf("One export holds %s mails or %s at most, and there are more. Search for what is older.",
			count(exportMails), sized(exportBytes)))
	}
	if e.empty > 0 {
		text = append(text, fmt.Sprintf("Of %s only the envelope is still kept.", plural(e.empty, "mail")))
	}
	if text == nil {
		return nil
	}
	now := time.Now()
	return e.mbox.add("", now, []byte("From: MAILER-DAEMON\r\nSubject: This export is not complete\r\nDate: "+
		now.UTC().Format(time.RFC1123Z)+"\r\n\r\n"+strings.Join(text, "\r\n")+"\r\n"))
}

// A deadlined writer gives each write time of its own, where the server can, so that
// who reads slowly is waited for, and who reads no more is not.
type deadlined struct {
	http.ResponseWriter
	out *http.ResponseController
}

func (d deadlined) Write(p []byte) (int, error) {
	_ = d.out.SetWriteDeadline(time.Now().Add(writeTime))
	return d.ResponseWriter.Write(p)
}
