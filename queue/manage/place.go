package manage

import (
	"net/http"
	"strings"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// A place is what stands at a path.
type place struct {
	get, post func(*visit) answer // nil: not possible
	rights    []Right             // that it needs besides List
	takes     []string            // the names of what may be given
	limit     time.Duration       // for the store; 0: patience
}

// serves returns what answers the method, or nil.
func (p place) serves(method string) func(*visit) answer {
	switch method {
	case http.MethodGet, http.MethodHead:
		return p.get
	case http.MethodPost:
		return p.post
	}
	return nil
}

// allow returns the methods that are possible (RFC 9110 section 10.2.1).
func (p place) allow() string {
	switch {
	case p.get == nil:
		return "POST"
	case p.post == nil:
		return "GET, HEAD"
	}
	return "GET, HEAD, POST"
}

// places gives what stands at each path under the prefix, in which a * stands for
// one segment.
var places = map[string]place{
	"":        {get: (*visit).overview},
	"stats":   {get: (*visit).overview},
	"live":    {get: (*visit).live},
	"domains": {get: (*visit).domains, takes: []string{"state"}, limit: countingTime},
	"audit":   {get: (*visit).audit, takes: []string{"before"}},

	"all":     {get: (*visit).list, takes: listTakes},
	"confirm": {get: (*visit).confirm, rights: []Right{Act}, takes: choiceTakes, limit: countingTime},
	"act":     {post: (*visit).act, rights: []Right{Act}, takes: choiceTakes, limit: actionTime},
	"export":  {post: (*visit).export, rights: []Right{Content}, takes: choiceTakes},
	"pause":   {post: (*visit).pause, rights: []Right{Act}, takes: []string{"route"}},
	"resume":  {post: (*visit).resume, rights: []Right{Act}, takes: []string{"route"}},
	"signal":  {post: (*visit).signal, rights: []Right{Act}},
	"test":    {post: (*visit).test, rights: []Right{Act}, takes: []string{"to", "route"}},

	"mail/*":             {get: (*visit).mail},
	"mail/*/text":        {get: (*visit).mailText, rights: []Right{Content}},
	"mail/*/html":        {get: (*visit).mailHTML, rights: []Right{Content}},
	"mail/*/headers":     {get: (*visit).mailHeaders, rights: []Right{Content}},
	"mail/*/source":      {get: (*visit).mailSource, rights: []Right{Content}},
	"mail/*/files":       {get: (*visit).mailFiles, rights: []Right{Content}},
	"mail/*/frame":       {get: (*visit).frame, rights: []Right{Content}},
	"mail/*/file/*":      {get: (*visit).file, rights: []Right{Content}},
	"mail/*/message.eml": {get: (*visit).message, rights: []Right{Content}},
	"mail/*/requeue":     {get: (*visit).requeueForm, post: (*visit).requeue, rights: []Right{Content, Act}, takes: []string{"to"}},
}

func init() {
	for _, state := range queue.States {
		places[state.String()] = places["all"]
	}
}

// starred returns the name of a place, and what stands for its stars.
func starred(path string) (name string, args []string) {
	parts := strings.Split(path, "/")
	if parts[0] != "mail" {
		return path, nil
	}
	for i := 1; i < len(parts); i += 2 { // every second segment is one
		args = append(args, parts[i])
		parts[i] = "*"
	}
	return strings.Join(parts, "/"), args
}
