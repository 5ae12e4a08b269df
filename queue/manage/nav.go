package manage

import "github.com/go-mailhost/mailhost/queue"

// A navLink leads to a queue's list.
type navLink struct {
	State queue.State
	Count string // "" where it is not known
}

// nav returns the links to the queues. A store that fails is told of by the page
// itself.
func (v *visit) nav() []navLink {
	counts := map[queue.State]string{}
	if stats, err := v.board.read(v.ctx()); err == nil {
		counts = counted(stats)
	}
	var links []navLink
	for _, state := range queue.States {
		links = append(links, navLink{state, counts[state]})
	}
	return links
}

// counted returns how many mails each queue holds.
func counted(stats *queue.Stats) map[queue.State]string {
	counts := map[queue.State]string{}
	for _, state := range queue.States {
		counts[state] = count(standing(stats, state))
	}
	return counts
}

// standing returns how many mails stand in the queue, or in all of them.
func standing(stats *queue.Stats, state queue.State) (n int) {
	for _, total := range stats.Queues {
		if state == queue.AnyState || total.State == state {
			n += total.Count
		}
	}
	return n
}
