package manage

import (
	"strings"
	"time"
)

// idTime returns when a mail's id was made: it begins with 48 bits of milliseconds, 5
// to a letter.
func idTime(id string) time.Time {
	const letters, bits = "0123456789abcdefghijklmnopqrstuv", 48
	var n int64
	for i := 0; i*5 < bits+2 && i < len(id); i++ {
		n = n<<5 | int64(strings.IndexByte(letters, id[i]))
	}
	return time.UnixMilli(n >> 2)
}
