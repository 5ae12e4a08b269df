package queue

import "context"

// Pause keeps every process from sending mail of a route, or of all of them:
// [AllRoutes]. What is being sent is carried to its end. It is kept in the store,
// until Resume. A route and AllRoutes are paused apart from each other: mail of a
// route is sent while neither is.
func (q *Queue) Pause(ctx context.Context, route string) error { return q.pause(ctx, route, true) }

// Resume ends what Pause began, and wakes the mailer.
func (q *Queue) Resume(ctx context.Context, route string) error { return q.pause(ctx, route, false) }

func (q *Queue) pause(ctx context.Context, name string, paused bool) error {
	if err := checkRoute(name); err != nil {
		return err
	}
	ctx, end, err := q.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	err = q.setPaused(ctx, name, paused)
	return q.audited(ctx, Audit{What: pauseWords[paused], Which: name}, err)
}

func (q *Queue) setPaused(ctx context.Context, name string, paused bool) error {
	before, after, err := changeRoute(ctx, q.store, name, func(route *Route) bool {
		changed := route.Paused != paused
		route.Paused = paused
		return changed
	})
	if err != nil {
		return err
	}
	if before.Paused != after.Paused {
		q.cfg.Logger.Info("queue: route "+pausedWords[paused], "route", name)
	}
	if !paused {
		q.Signal()
	}
	return nil
}

var (
	pauseWords  = map[bool]string{true: "pause", false: "resume"}
	pausedWords = map[bool]string{true: "paused", false: "resumed"}
)
