package preview

import (
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/go-mailhost/mailhost/queue/decode"
	"github.com/go-mailhost/mailhost/tag"
)

// Bounds of the list, which executes every sample for each request.
const (
	maxSamples = 200 // that are executed
	maxRows    = 100 // of the mails that one sample sends
)

// list is the content of the first page.
type list struct {
	Template string // whose mails alone are listed, or ""
	Places   []*place
	Failures []failure
	Silent   []string // samples that send no mail
	Cut      string   // a sentence on samples that were not executed, or ""
	Files    string   // a sentence on files that cannot be listed, or ""
}

// A place is where in the templates a mail stands.
type place struct {
	tag.Source
	Rows    []row
	Missing string // a sentence, where there are no rows
}

// Within returns the template, where the file does not say it already.
func (p *place) Within() string {
	if p.Template == path.Base(p.File) {
		return ""
	}
	return p.Template
}

// Named tells whether a sample here has a name.
func (p *place) Named() bool {
	return slices.ContainsFunc(p.Rows, func(r row) bool { return r.Sample != "" })
}

// Localized tells whether a sample here has a locale.
func (p *place) Localized() bool {
	return slices.ContainsFunc(p.Rows, func(r row) bool { return r.Locale != "" })
}

// A row is one mail.
type row struct {
	URL     string
	Sample  string // its name
	Locale  string
	Subject string
	To      string
	More    int // recipients beside To
	Cut     int // mails that the sample sends beside those that are listed, said behind the last
}

// A failure is a sample that cannot be executed.
type failure struct {
	Sample   string
	Template string
	Error    string
}

func (h *handler) list(r *http.Request, at address) answer {
	samples, err := h.samples()
	content := list{Template: at.Template}
	if err != nil {
		content.Files = sentence("the JSON files cannot all be listed: " + err.Error())
	}
	samples = content.choose(samples)
	places := content.places(h.set.Mails())
	for _, s := range samples {
		if err := h.execute(r.Context(), s, func(mails []tag.Composed) error {
			content.add(s, mails, places, h.prefix)
			return nil
		}); err != nil {
			content.Failures = append(content.Failures, failure{s.key().String(), s.Template, decode.Clean(plainError(err))})
		}
	}
	for _, p := range content.Places {
		if len(p.Rows) == 0 {
			p.Missing = content.missing(p.Source, samples, h.config.Files != nil)
		}
	}
	return answer{status: http.StatusOK, page: "list", title: "Mails", content: content}
}

// choose returns the samples that the list executes.
func (l *list) choose(all []sample) (chosen []sample) {
	for _, s := range all {
		if l.Template == "" || l.Template == s.Template {
			chosen = append(chosen, s)
		}
	}
	if len(chosen) > maxSamples {
		l.Cut = fmt.Sprintf("The first %d of %d samples were executed: add ?template=NAME to this address for those of one template.", maxSamples, len(chosen))
		chosen = chosen[:maxSamples]
	}
	return chosen
}

// places begins the list with where mails stand.
func (l *list) places(sources []tag.Source) map[tag.Source]*place {
	places := map[tag.Source]*place{}
	for _, source := range sources {
		p := &place{Source: source}
		places[source] = p
		l.Places = append(l.Places, p)
	}
	return places
}

// add lists the mails of a sample.
func (l *list) add(s sample, mails []tag.Composed, places map[tag.Source]*place, prefix string) {
	if len(mails) == 0 {
		l.Silent = append(l.Silent, s.key().String())
	}
	at := address{}.of(s)
	var p *place
	for i, c := range mails[:min(len(mails), maxRows)] {
		at.Mail = i + 1
		if p = places[c.Source]; p == nil { // the templates were reloaded in between
			p = l.places([]tag.Source{c.Source})[c.Source]
			places[c.Source] = p
		}
		p.Rows = append(p.Rows, row{
			URL: at.url(prefix, pageMail), Sample: s.Name, Locale: s.Locale,
			Subject: c.Mail.Subject, To: c.Mail.To[0], More: len(c.Mail.To) - 1,
		})
	}
	if len(mails) > maxRows {
		p.Rows[len(p.Rows)-1].Cut = len(mails) - maxRows
	}
}

// missing says why there is no mail of a source.
func (l *list) missing(source tag.Source, samples []sample, files bool) string {
	if l.Template != "" && l.Template != source.Template {
		return "Not looked at: only samples of " + l.Template + " were executed."
	}
	for _, f := range l.Failures {
		if f.Template == source.Template {
			return fmt.Sprintf("Not sent: the sample %q fails, see above.", f.Sample)
		}
	}
	if l.Cut != "" {
		return "Not looked at, or not sent with this data: not all samples were executed."
	}
	for _, s := range samples {
		if s.Template == source.Template {
			return fmt.Sprintf("Not sent with this data: the samples of %s do not come here.", source.Template)
		}
	}
	return noSample(source, files)
}

// noSample says how to give a sample that sends the mail.
func noSample(source tag.Source, files bool) string {
	give := fmt.Sprintf("give a preview.Sample with the Template %q, or with a page that calls it", source.Template)
	if base := path.Base(source.File); files && base == source.Template {
		give = fmt.Sprintf("put %s.json beside %s, or %s", base, base, give)
	}
	if strings.HasSuffix(source.Template, ".mail") {
		give = strings.TrimSuffix(give, ", or with a page that calls it")
	}
	return "No sample yet: " + give + "."
}
