package tag

import (
	"bufio"
	"context"
	"html/template"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/txn"
)

const (
	benchPage  = `<ul>{{range .Items}}<li>{{.}}</li>{{end}}</ul>`
	benchHead  = "{{with sendmail}}\nFrom: shop@acme.example\nTo: {{.Name}} <{{.Email}}>\nSubject: Hi {{.Name}}\n\n"
	benchText  = "Dear {{.Name}},\n{{range .Items}}{{.}}\n{{end}}"
	benchHTML  = "<p>Dear {{.Name}}</p><ul>{{range .Items}}<li>{{.}}</li>{{end}}</ul>"
	benchMail  = benchHead + benchText + "{{end}}"
	benchParts = benchHead + "{{with part `text/plain`}}" + benchText + "{{end}}{{with part `text/html`}}" + benchHTML + "{{end}}{{end}}"
)

var benchData = map[string]any{"Items": strings.Fields(strings.Repeat("item ", 50)), "Name": "Ann", "Email": "ann@example.com"}

// BenchmarkPage executes a page of 50 items by html/template and through a Set, by
// turns in one loop, so that the ratio is one of the same moments. Its figures:
// ns-base is html/template, ns-ours the Set, x-base their ratio, by medians. Both
// write to a bufio.Writer of 4 KiB, as a page does in net/http. The base is the page
// without a mail.
func BenchmarkPage(b *testing.B) {
	plain := template.Must(template.New("page.html").Parse(benchPage))
	w := bufio.NewWriterSize(io.Discard, 4<<10)
	base := func() error { return plain.Execute(w, benchData) }
	for _, page := range []struct{ name, text string }{
		{"without-mail", benchPage},
		{"text-mail", benchPage + benchMail},
		{"text-and-html-mail", benchPage + benchParts},
	} {
		set := mustParse(b, files{"page.html": page.text})
		tx := txn.Begin(&committed{})
		ctx, before := txn.NewContext(context.Background(), tx), tx.Savepoint()
		b.Run(page.name, func(b *testing.B) {
			compare(b, base, func() error { return set.Execute(ctx, w, "page.html", benchData) }, func() error { return tx.RollbackTo(before) })
		})
		b.Run(page.name+"/clone-per-request", func(b *testing.B) {
			compare(b, base, func() error { return executeClone(w, set) }, func() error { return nil })
		})
	}
}

// executeClone does what a Set would do without its pool.
func executeClone(w io.Writer, set *Set) error {
	r, err := newRunner(set.current.Load())
	if err != nil {
		return err
	}
	page, _, err := r.run("page.html", benchData)
	if err == nil {
		_, err = w.Write(page)
	}
	return err
}

// compare measures two functions by turns. What undo does is not measured.
func compare(b *testing.B, base, ours, undo func() error) {
	var times [2][]float64
	var allocs [2]uint64
	both := [2]func() error{base, ours}
	for n := 0; b.Loop(); n++ {
		for k := range both {
			i := (n + k) % 2 // each is first as often as the other
			start := time.Now()
			if err := both[i](); err != nil {
				b.Fatal(err)
			}
			times[i] = append(times[i], float64(time.Since(start)))
		}
		if err := undo(); err != nil {
			b.Fatal(err)
		}
	}
	for i, f := range both {
		allocs[i] = allocsOf(b, f)
	}
	for i := range times {
		slices.Sort(times[i])
	}
	median := [2]float64{times[0][len(times[0])/2], times[1][len(times[1])/2]}
	b.ReportMetric(median[0], "ns-base")
	b.ReportMetric(median[1], "ns-ours")
	b.ReportMetric(median[1]/median[0], "x-base")
	b.ReportMetric(float64(allocs[0]), "allocs-base")
	b.ReportMetric(float64(allocs[1]), "allocs-ours")
	b.ReportMetric(0, "ns/op")
}

func allocsOf(b *testing.B, f func() error) uint64 {
	const runs = 100
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range runs {
		require.NoError(b, f())
	}
	runtime.ReadMemStats(&after)
	return (after.Mallocs - before.Mallocs) / runs
}
