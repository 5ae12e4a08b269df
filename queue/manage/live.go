package manage

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

const (
	maxViewers = 50              // streams at a time; each is a goroutine and a connection
	streamLife = 5 * time.Minute // after which a browser asks anew, and is authorized anew
	writeTime  = 10 * time.Second
)

// live answers with a stream of Server-Sent Events
// (https://html.spec.whatwg.org/multipage/server-sent-events.html): the counts of all
// queues, whenever they may have changed.
func (v *visit) live() answer {
	return answer{serve: (*visit).stream}
}

func (v *visit) stream(w http.ResponseWriter) {
	select {
	case v.viewers <- struct{}{}:
		defer func() { <-v.viewers }()
	default:
		w.Header().Set("Retry-After", "60")
		v.write(w, busy)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would keep it back
	if v.r.Method == http.MethodHead {
		return
	}
	tick := time.NewTicker(boardAge)
	defer tick.Stop()
	end, down := time.After(streamLife), v.ending(v.r)
	for v.tell(w) {
		select {
		case <-tick.C:
		case <-end:
			return
		case <-down:
			return
		case <-v.ctx().Done():
			return
		}
	}
}

// tell writes one event, and returns whether another may follow.
func (v *visit) tell(w http.ResponseWriter) bool {
	if !v.config.Authorize(v.r, List) { // no longer
		return false
	}
	stats, err := v.board.read(v.ctx())
	if err != nil {
		return false
	}
	counts := map[string]string{}
	for state, n := range counted(stats) {
		counts[state.String()] = n
	}
	data, err := json.Marshal(map[string]any{"counts": counts, "stalled": stats.Stalled, "moving": standing(stats, queue.Outgoing)})
	if err != nil {
		return false
	}
	out := http.NewResponseController(w)
	// Who reads no more holds no connection. Where it cannot be set, the server's own
	// deadline ends the stream, and the browser asks again.
	_ = out.SetWriteDeadline(time.Now().Add(writeTime))
	_, err = fmt.Fprintf(w, "event: counts\ndata: %s\n\n", data)
	return err == nil && out.Flush() == nil
}
