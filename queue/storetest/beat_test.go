package storetest_test

import (
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

var beatFaults = []fault{
	{"a heartbeat takes the place of the one before", faultyStore{beat: func(b *queue.Heartbeat) { b.Mailer += b.LastError }}},
	{"a heartbeat takes the place of the one before", faultyStore{beat: func(b *queue.Heartbeat) { b.Process = "" }}},
	{"a heartbeat takes the place of the one before", faultyStore{beat: func(b *queue.Heartbeat) { b.Connections = max(0, b.Connections) }}},
	{"a heartbeat takes the place of the one before", beats(func(b *queue.Heartbeat) { b.Seen = 9 * time.Hour })},
	{"a heartbeat grows old", beats(func(b *queue.Heartbeat) { b.Seen = 0 })},
	{"a heartbeat grows old", beats(func(b *queue.Heartbeat) { b.Started -= b.Seen })},
	{"a heartbeat grows old", beats(func(b *queue.Heartbeat) { b.Moved -= b.Seen })},
}
