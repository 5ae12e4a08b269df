package manage

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

const (
	chartMinutes = 60
	chartHeight  = 60 // units of the drawing
	slot         = 10 // units that a minute is wide
)

// A chart draws what happened in the last hour, minute by minute.
type chart struct {
	Lines []chartLine
	Most  int    // mails in a minute
	Words string // for those who do not see it
	Width int
	Base  int
}

// A chartLine is a bar for each minute of one kind, as the path of an SVG.
type chartLine struct {
	Name string
	Path string
	Sum  int
}

var chartKinds = []struct {
	name string
	of   func(queue.Minute) int
}{
	{"in", func(m queue.Minute) int { return m.In }},
	{"out", func(m queue.Minute) int { return m.Out }},
	{"failed", func(m queue.Minute) int { return m.Failed }},
}

func newChart(stats *queue.Stats) chart {
	c := chart{Width: chartMinutes * slot, Base: chartHeight}
	first := stats.Now.UTC().Truncate(time.Minute).Add(-(chartMinutes - 1) * time.Minute)
	var values [][chartMinutes]int
	for _, kind := range chartKinds {
		var line [chartMinutes]int
		for _, m := range stats.Minutes {
			at := int(m.At.Sub(first) / time.Minute)
			if !m.At.Before(first) && at < chartMinutes {
				line[at] += kind.of(m)
				c.Most = max(c.Most, line[at])
			}
		}
		values = append(values, line)
	}
	var words []string
	for i, kind := range chartKinds {
		line := c.line(kind.name, i, values[i])
		c.Lines = append(c.Lines, line)
		words = append(words, fmt.Sprintf("%s %s", count(line.Sum), kind.name))
	}
	c.Words = fmt.Sprintf("Mails in the last hour: %s; at most %s in a minute.", strings.Join(words, ", "), count(c.Most))
	return c
}

// line returns the bars of the i-th kind, which stand beside those of the others.
func (c *chart) line(name string, i int, values [chartMinutes]int) chartLine {
	const width = slot/3 - 0.5
	line := chartLine{Name: name}
	var path strings.Builder
	for minute, value := range values {
		line.Sum += value
		if value == 0 {
			continue
		}
		height := max(1, float64(value)*chartHeight/float64(c.Most))
		fmt.Fprintf(&path, "M%.1f %dv-%.1fh%.1fv%.1fz", float64(minute*slot)+float64(i)*slot/3+0.5, chartHeight, height, width, height)
	}
	line.Path = path.String()
	return line
}
