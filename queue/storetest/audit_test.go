package storetest_test

import (
	"slices"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

const (
	isLogged    = "what operators did is logged, newest first"
	isPaged     = "the log of operators is paged"
	keptForLong = "the log of operators is kept for some time"
)

// logged makes a faulty store that tells another log.
func logged(f func(lines []queue.Audit, before int64) []queue.Audit) faultyStore {
	return faultyStore{audits: f}
}

var auditFaults = []fault{
	{isLogged, faultyStore{audit: func(line *queue.Audit) { line.Error = "" }}},
	{isLogged, faultyStore{audit: func(line *queue.Audit) { line.Mails = min(line.Mails, 65535) }}},
	{isLogged, logged(func(lines []queue.Audit, _ int64) []queue.Audit { slices.Reverse(lines); return lines })},
	{isLogged, logged(func(lines []queue.Audit, _ int64) []queue.Audit {
		for i := range lines {
			lines[i].Number = 1
		}
		return lines
	})},
	{isLogged, logged(func(lines []queue.Audit, _ int64) []queue.Audit {
		for i := range lines {
			lines[i].At = lines[i].At.Add(-9 * time.Hour)
		}
		return lines
	})},
	{isPaged, logged(func(lines []queue.Audit, _ int64) []queue.Audit { return lines[:min(len(lines), 49)] })},
	{isPaged, logged(func(lines []queue.Audit, before int64) []queue.Audit {
		if before > 0 && len(lines) > 0 {
			return lines[1:]
		}
		return lines
	})},
	{keptForLong, faultyStore{clean: cleaned(func(keep *queue.Retention) { keep.Audit = forever })}},
	{keptForLong, faultyStore{clean: cleaned(func(keep *queue.Retention) { keep.Audit = -1 })}},
}
