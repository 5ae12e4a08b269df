package host

import "reflect"

// Connections returns how many connections are open.
func (h *SMTP) Connections() int { return h.Stats().Open }

// Connections returns how many connections are open.
func (h *LMTP) Connections() int { return h.Stats().Open }

// Connections returns how many connections its hosts have open, those that do not
// count them having none.
func (m *Mux) Connections() int {
	var hosts []Host
	m.each(func(_ string, h Host) { hosts = append(hosts, h) })
	return connections(hosts...)
}

// Connections returns how many connections its hosts have open, those that do not
// count them having none.
func (f *Failover) Connections() int { return connections(f.Hosts...) }

// Connections returns how many connections its host has open, one that does not count
// them having none.
func (s *Sign) Connections() int { return connections(s.Host) }

// connections adds those of each host once, in however many places it stands.
func connections(hosts ...Host) int {
	sum, seen := 0, map[Host]bool{}
	for _, h := range hosts {
		c, ok := h.(interface{ Connections() int })
		if !ok {
			continue
		}
		if reflect.TypeOf(h).Comparable() {
			if seen[h] {
				continue
			}
			seen[h] = true
		}
		sum += c.Connections()
	}
	return sum
}
