package queue

import "time"

// retryAfter returns how long a mail waits after its attempts-th counted
// attempt: least, doubled with each attempt up to most, and changed by up to
// 10 % either way as random goes from 0 to 1, so that mail which failed
// together is not retried together.
func retryAfter(attempts int, least, most time.Duration, random float64) time.Duration {
	return time.Duration(float64(doubled(least, most, attempts-1)) * (0.9 + 0.2*random))
}

// probeAfter returns how long a route that is down waits for its next probe,
// after so many probes failed. What an operator must repair is asked about less
// often: some servers lock an account after repeated logins.
func probeAfter(failures int, alarm bool) time.Duration {
	if alarm {
		return doubled(time.Minute, 15*time.Minute, failures)
	}
	return doubled(time.Second, time.Minute, failures)
}

// doubled returns d doubled n times, at most most.
func doubled(d, most time.Duration, n int) time.Duration {
	for ; n > 0; n-- {
		if d > most/2 {
			return most
		}
		d *= 2
	}
	return d
}
