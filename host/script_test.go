package host

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A script is a dialogue read from testdata, for one of the modes in which it is
// played. Its lines, in the order in which they may come:
//
//	# a comment
//	MODES lockstep pipelined   the modes in which it is played. Default: all three
//	[lp] …                     a line for some modes alone, by their first letters
//	CLIENT tls=required …      the client's settings: tls=MODE, auth=PLAIN or LOGIN (user, secret), clock=-48h; remote: not on loopback
//	FROM a@x.example           the sender from here on. Default a@x.example
//	MAIL plain b@y c@y         a mail of the batch: its content (see contents) and recipients
//	EXPECT delivered/250 …     what becomes of each: outcome, /code where there is one, ! for an alarm, @ for one given up at MAIL
//	SEND 3s                    the mails that follow are another batch, sent so much later
//	CONNECT                    the server accepts a connection. It then does as the lines below say:
//	S: 250 ok                  says this line. In quotes: as a Go string, without CRLF
//	C: DATA                    waits for this line
//	CONTENT plain              waits for this content and its final dot
//	OFFER SIZE 10, DSN         waits for EHLO, and announces these and what the mode needs
//	HANDSHAKE good             goes on over TLS, with this certificate (see certificates)
//	ANSWER                     says what there is to say, before it waits for more
//	READ 100                   waits for so many bytes
//	PAUSE 1s                   lets time pass
//	DRIP 250 ok                says one byte a second until the client hangs up
//	FLOOD 250-AAAA             says this line until the client hangs up
//	DRAIN                      reads until the client hangs up
//	WAIT                       waits, and reads nothing, until the client hangs up
//	CLOSE, RESET, CUT          hangs up: in order, by RST, or over TLS without saying so
//	EOF                        waits until the client hangs up, and hears nothing more
//
// These stand for several of the others:
//
//	GREET                      S: 220 …, OFFER SIZE 1000000
//	TAKE plain b@y c@y         a whole mail of the sender, agreed to, as far as its content
//	ACCEPT plain b@y c@y       TAKE, and S: 250 2.0.0 queued
//	BYE                        QUIT, and that is all
//
// What differs by mode needs no other lines in most scripts. In pipelined mode the
// server answers MAIL, RCPT and DATA when it has all of them. In chunked mode there
// is no DATA: CONTENT is BDAT and the content. As to the mail behind another:
//
//	NEXT                       its commands came before the verdict on the one before: they are heard and answered next.
//	                           In chunked mode RSET is the first of them
//	AHEAD plain c@y            they came, and are heard, but not answered: none in lockstep; MAIL, RCPT and DATA in pipelined
//	                           mode; RSET, MAIL, RCPT, BDAT and the content in chunked mode
type script struct {
	mode    mode
	batches [][]*Envelope
	pauses  []time.Duration // before each batch
	want    []string
	conns   [][]step
	timed   bool // has a step in which time passes
	client  []string

	from    string
	skipped bool // the last step was DATA, and the mode has none
}

type step struct{ word, arg string }

// A mode is how mails follow each other, which depends on what the server offers.
type mode byte

const (
	lockstep  mode = 'l'
	pipelined mode = 'p'
	chunked   mode = 'c'
)

var allModes = [...]mode{lockstep, pipelined, chunked}

func (m mode) String() string {
	return map[mode]string{lockstep: "lockstep", pipelined: "pipelined", chunked: "chunked"}[m]
}

// keywords are what the server announces for the mode.
func (m mode) keywords() []string {
	return map[mode][]string{pipelined: {"PIPELINING"}, chunked: {"PIPELINING", "CHUNKING"}}[m]
}

var contents = map[string]string{
	"plain":  plainMail,
	"dots":   "Subject: dots\r\n\r\n.\r\n..\r\n.x\r\n",
	"8bit":   "Subject: x\r\n\r\n\xc3\xb6\r\n",
	"header": "Subject: \xc3\xb6\r\n\r\nx\r\n",
	"bare":   "Subject: x\r\n\r\nbare\nline\r\n",
	"big":    "Subject: big\r\n\r\n" + strings.Repeat(strings.Repeat("x", 998)+"\r\n", 16<<10),
}

// readScripts returns the script in each mode that it is for.
func readScripts(t *testing.T, file string) []*script {
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	var scripts []*script
	for _, m := range allModes {
		s := &script{mode: m, batches: [][]*Envelope{nil}, pauses: []time.Duration{0}, from: "a@x.example"}
		played := true
		for line := range strings.Lines(string(data)) {
			line, ok := s.ours(strings.TrimRight(line, "\n"))
			word, arg, _ := strings.Cut(line, " ")
			switch {
			case word == "MODES":
				played = slices.Contains(strings.Fields(arg), m.String())
			case ok && word != "#" && word != "":
				s.add(t, word, arg)
			}
		}
		if played {
			scripts = append(scripts, s)
		}
	}
	require.NotEmpty(t, scripts)
	return scripts
}

// ours takes the mark off a line, and returns whether the line is for this mode.
func (s *script) ours(line string) (string, bool) {
	if !strings.HasPrefix(line, "[") {
		return line, true
	}
	mark, rest, _ := strings.Cut(line[1:], "] ")
	return rest, strings.IndexByte(mark, byte(s.mode)) >= 0
}

func (s *script) add(t *testing.T, word, arg string) {
	switch last := len(s.batches) - 1; word {
	case "CLIENT":
		s.client = strings.Fields(arg)
	case "FROM":
		s.from = arg
	case "MAIL":
		words := strings.Fields(arg)
		require.Contains(t, contents, words[0])
		s.batches[last] = append(s.batches[last],
			&Envelope{From: s.from, To: words[1:], Data: []byte(contents[words[0]])})
	case "EXPECT":
		s.want = append(s.want, arg)
	case "SEND":
		pause, _ := time.ParseDuration(arg)
		s.batches, s.pauses = append(s.batches, nil), append(s.pauses, pause)
		s.timed = s.timed || pause > 0
	case "CONNECT":
		s.conns = append(s.conns, nil)
	default:
		require.NotEmpty(t, s.conns, "%s before CONNECT", word)
		s.timed = s.timed || word == "DRIP" || word == "WAIT" || word == "PAUSE"
		s.addStep(word, arg)
	}
}

// addStep adds a line of the dialogue, or those that it stands for.
func (s *script) addStep(word, arg string) {
	switch word {
	case "GREET":
		s.steps("S: 220 mx.example ESMTP", "OFFER SIZE 1000000")
	case "OFFER":
		s.offer(arg)
	case "TAKE":
		s.transaction(arg, "S: 250 2.1.0 ok", "S: 250 2.1.5 ok", "S: 354 go")
		s.steps("CONTENT " + strings.Fields(arg)[0])
	case "ACCEPT":
		s.steps("TAKE "+arg, "S: 250 2.0.0 queued")
	case "BYE":
		s.steps("C: QUIT", "S: 221 bye", "EOF")
	case "NEXT":
		s.next("S: 250 2.0.0 reset")
	case "AHEAD":
		s.ahead(arg)
	default:
		s.push(step{word, arg})
	}
}

func (s *script) steps(lines ...string) {
	for _, line := range lines {
		if word, arg, _ := strings.Cut(line, " "); line != "" {
			s.addStep(word, arg)
		}
	}
}

// push adds a step, but for DATA and what the server says to it in chunked mode.
func (s *script) push(step step) {
	data := step.word == "C:" && step.arg == "DATA"
	answer := s.skipped && step.word == "S:" && strings.HasPrefix(step.arg, "354")
	if s.skipped = s.mode == chunked && data; s.skipped || answer {
		return
	}
	last := len(s.conns) - 1
	s.conns[last] = append(s.conns[last], step)
}

func (s *script) offer(keywords string) {
	lines := append([]string{"mx.example"}, s.mode.keywords()...)
	for keyword := range strings.SplitSeq(keywords, ", ") {
		if keyword != "" {
			lines = append(lines, keyword)
		}
	}
	s.push(step{"C:", "EHLO client.example"})
	for i, line := range lines {
		dash := "-"
		if i == len(lines)-1 {
			dash = " "
		}
		s.push(step{"S:", "250" + dash + line})
	}
}

// transaction adds the commands of a mail, each with its answer.
func (s *script) transaction(arg, mail, rcpt, data string) {
	words := strings.Fields(arg)
	s.steps(fmt.Sprintf("C: MAIL FROM:<%s> SIZE=%d", s.from, len(contents[words[0]])), mail)
	for _, to := range words[1:] {
		s.steps("C: RCPT TO:<"+to+">", rcpt)
	}
	s.steps("C: DATA", data)
}

func (s *script) next(answer string) {
	s.push(step{"NEXT", ""})
	if s.mode == chunked {
		s.steps("C: RSET", answer)
	}
}

func (s *script) ahead(arg string) {
	if s.mode == lockstep {
		return
	}
	s.next("")
	s.transaction(arg, "", "", "")
	if s.mode == chunked {
		s.steps("CONTENT " + strings.Fields(arg)[0])
	}
}
