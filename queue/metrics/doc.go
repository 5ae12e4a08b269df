// Package metrics shows a queue to Prometheus.
//
//	prometheus.MustRegister(metrics.New(q))
//
// All of it is read from the store at each scrape, so that one process can tell
// of all, also one whose queue was opened without a host. Where several processes
// are scraped that share a store, each tells the same: take the max, not the sum.
//
//	mailhost_queue_mails{queue,lane}                  how many stand there
//	mailhost_queue_oldest_seconds{queue,lane}         since the oldest of them was committed
//	mailhost_queue_waiting_seconds                    for how long the mail has waited that could be sent first
//	mailhost_queue_sending_mails                      in flight
//	mailhost_queue_events_total{event}                mails that were committed, sent, deferred, failed (or are uncertain)
//	mailhost_queue_mails_per_minute{event}            the same, as a rate over the last minutes
//	mailhost_queue_route_down{route}                  1: its relay cannot be reached
//	mailhost_queue_route_paused{route}                1: an operator has paused it; "*" is all of them
//	mailhost_queue_route_alarm{route}                 1: an operator must act: certificate, credentials, configuration
//	mailhost_queue_mailers                            how many are alive
//	mailhost_queue_mailer_heartbeat_age_seconds       of the one that was seen last; missing where all were closed
//	mailhost_queue_stalled                            1: mail is due and not moving
//
// There is one label value of route for each route that the application uses, so
// do not make up routes for single mails. The counters begin at 0 with the
// process's first scrape; a scrape sees what happened since the last one, unless
// that was more than a day ago. A store that fails makes the scrape fail.
//
// Alerts, the first of which no operation of the queue should be without:
//
//	groups:
//	  - name: mailhost
//	    rules:
//	      - alert: MailIsDueAndNotMoving
//	        expr: max(mailhost_queue_stalled) == 1 or absent(mailhost_queue_stalled)
//	        for: 1m
//	        labels: {severity: page}
//	        annotations:
//	          summary: Mail is due and not moving. Is a mailer running, and what does its log say last?
//	      - alert: MailRouteNeedsAnOperator
//	        expr: max by (route) (mailhost_queue_route_alarm) == 1
//	        annotations:
//	          summary: The relay of route {{ $labels.route }} refuses us until somebody acts.
//	      - alert: MailRouteIsDown
//	        expr: max by (route) (mailhost_queue_route_down) == 1
//	        for: 15m
//	        annotations:
//	          summary: The relay of route {{ $labels.route }} cannot be reached.
package metrics
