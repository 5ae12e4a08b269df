//go:build linux && race

package crash

const raceDetector = true
